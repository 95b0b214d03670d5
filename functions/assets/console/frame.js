// What every page of the console has: menus that close, and the search.
import { closeMenus } from "../shared/menu.js";
import { findPlaces } from "./find.js";

export const startFrame = () => {
  closeMenus();
  findPlaces();
};
