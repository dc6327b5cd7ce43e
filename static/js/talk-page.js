// Threads on the page of a discussion.

import { wireTalk } from "./talk-region.js";

wireTalk(JSON.parse(document.getElementById("talk-photo")?.textContent || "null"));
