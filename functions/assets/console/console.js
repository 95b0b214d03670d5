// The console's pages: the frame, forms that are rearranged in place and that guard what is not saved.
import { copyLinks } from "../shared/copy.js";
import { filterOptions } from "./filter.js";
import { followForms } from "./follow.js";
import { startFrame } from "./frame.js";
import { guardForms } from "./guard.js";
import { insertNames } from "./insert.js";
import { orderLists } from "./order.js";
import { checkPictures } from "./picture.js";
import { followPreview } from "./preview.js";
import { rearrangeForms } from "./rearrange.js";
import { swapParts } from "./swap-part.js";

startFrame();
guardForms();
followForms();
rearrangeForms();
orderLists();
copyLinks();
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
followPreview();
checkPictures();
swapParts();
filterOptions();
insertNames();
document.querySelector("[autofocus]")?.focus();
