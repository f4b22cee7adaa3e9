import gitRepo from "./code/git-repo.sh" with { type: "text" };
import folder from "./day/folder.sh" with { type: "text" };
import todoTxt from "./day/todo-txt.sh" with { type: "text" };
import disk from "./machine/disk.sh" with { type: "text" };
import shared from "./shared.sh" with { type: "text" };
import feed from "./web/feed.sh" with { type: "text" };
import urlStatus from "./web/url-status.sh" with { type: "text" };

/** The functions that every recipe uses, as shell text. */
export const SHARED = shared;

/** The scripts of the ready-made sensors, by name. Loaded only by the verbs that show or write one. */
export const RECIPES: Readonly<Record<string, string>> = {
  "git-repo": gitRepo,
  "todo-txt": todoTxt,
  folder,
  "url-status": urlStatus,
  feed,
  disk,
};
