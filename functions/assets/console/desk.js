// The page of one appointment: a button under each link copies it.
import { copyLinks } from "../shared/copy.js";
import { startFrame } from "./frame.js";

copyLinks();
if (location.hash === "#link") document.getElementById("link")?.focus();
startFrame();
