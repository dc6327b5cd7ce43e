// What every studio and plain page needs: menus, dialogs, messages, filters, crop views, uploads, forms that are kept.

import { wireBell } from "./bell.js";
import { wireCropViews } from "./crop-view.js";
import { wireDialogs } from "./dialog.js";
import { wireFilters } from "./filters.js";
import { keepForms } from "./kept-form.js";
import { wireMenus } from "./menu.js";
import { adoptMessages, toast } from "./toast.js";
import { wireUploads } from "./upload.js";

wireBell();
wireMenus();
wireDialogs();
wireFilters();
wireCropViews();
wireUploads();
adoptMessages();
keepForms();

// The current section must be seen when the sections scroll sideways.
document.querySelector(".studio-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

document.addEventListener("htmx:responseError", (event) => {
  const said = event.detail.xhr?.getResponseHeader("X-Problem") || "";
  toast(said || `The server answered ${event.detail.xhr?.status}. Nothing was changed.`, { kind: "bad" });
});
document.addEventListener("htmx:sendError", () => toast("The server cannot be reached. Check the connection and try again.", { kind: "bad" }));
document.addEventListener("htmx:afterSettle", (event) => wireCropViews(event.target));
