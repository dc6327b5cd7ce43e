// What an expert page needs beside its workspace: closing of dialogs, and messages of the server.

import { wireBell } from "./bell.js";
import { wireDialogs } from "./dialog.js";
import { adoptMessages } from "./toast.js";
import { startWorkspace } from "./workspace.js";

wireBell();
wireDialogs();
adoptMessages();
const shell = document.querySelector("[data-shell]");
if (shell) startWorkspace(shell);
