// JSON over fetch with the CSRF token; every failure becomes an HttpProblem whose message is a sentence.

export class HttpProblem extends Error {
  /** status 0: nothing was heard (offline, time-out). error: {code, message, field, line, detail} of the server. */
  constructor(message, status, error = {}) {
    super(message);
    this.status = status;
    this.code = error.code || "";
    this.field = error.field || "";
    this.detail = error.detail || {};
  }

  /** Whether the same request may succeed later by itself. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  get isSignedOut() {
    return this.status === 401 || isStale(this.status, this.code);
  }
}

const WORDS = {
  400: "The server could not accept this.",
  401: "You are signed out. Sign in again in another tab, then try once more.",
  403: "You may not do this.",
  404: "This no longer exists, or is not yours.",
  409: "This has changed since you opened it. Reload the page to see it as it is now.",
  413: "This is too large.",
  429: "Too many requests. It is tried again in a moment.",
};

const STALE = "This page was open too long, or you signed in anew elsewhere. Reload it; what you did is kept.";

const meta = () => document.querySelector("meta[name=csrf-token]");
const token = () => meta()?.content || "";
const isStale = (status, code) => status === 403 && code === "csrf";

// Who signs in anew in another tab gets another token. A page of one person's work fetches it, if it is still that person.
async function renewToken() {
  const owner = document.querySelector("[data-user]")?.dataset.user;
  if (!owner) return false;
  try {
    const reply = await fetch("/account/session/", { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const { user, csrf } = await body(reply);
    if (!reply.ok || user !== owner) return false;
    meta().content = csrf;
    return true;
  } catch {
    return false;
  }
}

function sentence(status, error) {
  if (typeof error.message === "string" && error.message) return error.message;
  if (status >= 500) return "The server failed. It is tried again in a moment.";
  return WORDS[status] || `The server answered ${status}.`;
}

async function body(reply) {
  const type = reply.headers.get("content-type") || "";
  if (!type.includes("json")) return {};
  try {
    return (await reply.json()) ?? {};
  } catch {
    return {};
  }
}

/** request("POST", url, data) resolves with the parsed JSON or throws HttpProblem. */
export async function request(method, url, data, options = {}) {
  try {
    return await attempt(method, url, data, options);
  } catch (problem) {
    if (!isStale(problem.status, problem.code) || !(await renewToken())) throw problem;
    return attempt(method, url, data, options);
  }
}

async function attempt(method, url, data, { timeout = 20000, keepalive = false, signal } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = token();
  const isForm = data instanceof FormData;
  if (data !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(url, {
      method, headers, keepalive, credentials: "same-origin",
      body: data === undefined || isForm ? data : JSON.stringify(data),
      signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(timeout)]) : AbortSignal.timeout(timeout),
    });
  } catch {
    throw new HttpProblem("The server cannot be reached. Check the connection.", 0);
  }
  if (reply.redirected && !(reply.headers.get("content-type") || "").includes("json")) throw new HttpProblem(WORDS[401], 401);
  const said = await body(reply);
  if (reply.ok) return said;
  const error = said.error || {};
  // A 403 that is no JSON comes from the CSRF check: this page's token has gone stale.
  if (reply.status === 403 && !said.error) Object.assign(error, { code: "csrf", message: STALE });
  throw new HttpProblem(sentence(reply.status, error), reply.status, error);
}

export const get = (url, options) => request("GET", url, undefined, options);
export const post = (url, data, options) => request("POST", url, data ?? {}, options);
export const put = (url, data, options) => request("PUT", url, data, options);
