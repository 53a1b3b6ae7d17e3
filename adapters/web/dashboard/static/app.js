// Threadwright's own script: the theme, the words of the page that are read aloud, and what happens in a session now.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const find = (id) => document.getElementById(id);
  const announce = (words) => { find("announce").textContent = words; };

  // ---- dark and light

  const dark = () => getComputedStyle(root).colorScheme === "dark"
    || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  const showTheme = () => find("theme")?.setAttribute("aria-pressed", String(dark()));
  const switchTheme = () => {
    root.dataset.theme = dark() ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `tw_theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    showTheme();
  };

  // ---- forms

  const atHome = (event) => { event.detail.headers.Accept = "text/html"; };
  // Too often: the form stays as it is, with the words of the page that came instead; what was typed is sent again later.
  const held = (event) => {
    const { xhr, requestConfig } = event.detail;
    const form = requestConfig?.elt?.closest("form");
    if (xhr.status !== 429 || !form) return;
    event.detail.shouldSwap = false;
    const words = new DOMParser().parseFromString(xhr.responseText, "text/html").getElementById("detail")?.textContent ?? "";
    const fault = form.querySelector(".fault-held") ?? element("p", "fault fault-held");
    fault.textContent = words;
    form.append(fault);
    announce(words);
  };
  const swapped = () => {
    const note = document.querySelector("[data-note], #main .fault");
    if (note) announce(note.textContent);
    ready();
  };
  document.addEventListener("keydown", (event) => {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("[data-send]");
    if (sends) { event.preventDefault(); event.target.form.requestSubmit(); }
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      navigator.clipboard.writeText(find(copy.dataset.copy).textContent).then(() => {
        copy.textContent = "Copied";
        announce("Copied");
      });
    }
    if (event.target.closest("#theme")) switchTheme();
  });

  // ---- times, in the reader's own zone

  const inZone = (scope) => {
    for (const time of scope.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.getTime())) time.title = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
    }
  };

  // ---- a session, live

  let stream = null;
  let watched = "";
  const watch = () => {
    const address = find("session")?.dataset.events ?? "";
    if (address === watched) return;
    stream?.close();
    stream = null;
    watched = address;
    if (!address) return;
    stream = new EventSource(address);
    const on = (kind, act) => stream.addEventListener(kind, (event) => act(JSON.parse(event.data)));
    on("token", grow);
    on("message", said);
    on("progress", progress);
    on("status", refresh);
    on("reset", refresh);
    stream.addEventListener("error", () => {
      if (stream?.readyState === EventSource.CLOSED) setTimeout(() => { watched = ""; watch(); }, 20000);
    });
    stream.addEventListener("open", refresh); // something may have happened since the page was made, or while away
  };

  const element = (tag, css, text = "") => {
    const made = document.createElement(tag);
    made.className = css;
    made.textContent = text;
    return made;
  };

  const bubble = (id) => {
    for (const one of find("growing").children) if (one.dataset.message === id) return one;
    const made = element("article", "msg msg-agent msg-growing");
    made.dataset.message = id;
    const head = element("header", "");
    head.append(element("span", "msg-who", "Threadwright"));
    made.append(head, element("div", "text"));
    find("growing").append(made);
    return made;
  };

  const grow = (data) => {
    if (!find("growing") || typeof data.text !== "string") return;
    const text = bubble(String(data.message ?? "")).querySelector(".text");
    if (data.start) text.textContent = "";
    text.append(data.text);
  };

  // What the platform shows beside the conversation: renamed, closed, delivered. It is not kept, so the newest few stand here.
  const notice = (data) => {
    const made = element("article", "msg msg-notice");
    made.append(element("div", "text", String(data.text ?? "").replace(/\*\*|^#+ /gm, "").slice(0, 4000)));
    made.dataset.at = String(Date.now());
    find("growing").append(made);
    const all = [...find("growing").querySelectorAll(".msg-notice")];
    for (const old of all.slice(0, -5)) old.remove();
  };

  const said = (data) => {
    const id = String(data.message ?? "");
    if (data.by === "notice" && find("growing")) notice(data);
    for (const one of [...(find("growing")?.children ?? [])]) {
      if (one.dataset.message === id || !id) one.dataset.done = "yes";
    }
    refresh();
  };

  // What the generation does now: a step in words, or which file of how many; and all files so far.
  const progress = (data) => {
    const box = find("progress");
    if (!box || box.dataset.job !== data.job) { refresh(); return; }
    const of = data.of ? ` of ${data.of}` : "";
    box.querySelector(".progress-text").textContent = data.stage ? `${data.stage} …` : `Writing file ${data.file}${of} …`;
    const bar = box.querySelector("progress");
    if (data.of && data.file) { bar.max = data.of; bar.value = data.file - 0.5; }
    const files = box.querySelector("ul");
    const lines = new Map([...files.children].map((one) => [one.firstElementChild.textContent, one]));
    for (const file of data.files ?? []) {
      let line = lines.get(file.path);
      if (!line) {
        line = element("li", "");
        line.append(element("span", "", file.path), element("span", "quiet"));
        files.append(line);
        files.scrollTop = files.scrollHeight;
        if (file.path === data.path) announce(`Writing ${file.path}, file ${data.file}${of}`);
      }
      line.lastElementChild.textContent = file.lines;
    }
  };

  // The page again, and of it the parts that changed; what somebody is typing in stays as it is.
  let waiting = 0;
  let asking = false;
  const refresh = () => {
    clearTimeout(waiting);
    waiting = setTimeout(reload, 250);
  };
  const reload = async () => {
    const page = find("session")?.dataset.page;
    if (!page) return;
    if (asking) { refresh(); return; }
    asking = true;
    try {
      const answer = await fetch(page, { headers: { Accept: "text/html" } });
      if (answer.ok && page === find("session")?.dataset.page) {
        patch(new DOMParser().parseFromString(await answer.text(), "text/html"));
      } else if (answer.status === 404) {
        location.assign("/");
      }
    } catch { /* no connection: the stream will say when there is one */ } finally { asking = false; }
  };

  const plain = (node) => node.outerHTML.replace(/ name="once" value="[^"]*"| title="[^"]*"| class="htmx[^"]*"/g, "");
  const busy = (part) => {
    const at = document.activeElement;
    const writing = part.contains(at) && at.matches("input, textarea, select");
    return writing || [...part.querySelectorAll("textarea, input:not([type=hidden])")].some((one) => one.value !== one.defaultValue);
  };
  const patch = (fresh) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = fresh.getElementById(part.id);
      if (!now || part.hasAttribute("data-still")) continue;
      if (part.id === "talk") { patchTalk(part, now); continue; }
      if (plain(part) === plain(now) || busy(part)) continue;
      const kept = part.querySelector("#progress");
      const place = now.querySelector("#progress");
      if (kept && place && kept.dataset.job === place.dataset.job) place.replaceWith(kept);
      const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
      part.replaceWith(document.adoptNode(now));
      htmx.process(now);
      inZone(now);
      if (focused) (find(focused) ?? now.querySelector("button, a, select"))?.focus({ preventScroll: true });
      if (now.id === "job" || now.id === "versions") announce(now.querySelector("h2").textContent.trim());
    }
  };
  const patchTalk = (part, now) => {
    const old = new Map([...part.children].map((one) => [one.id, one]));
    const next = [...now.children].map((one) => {
      const before = one.id && old.get(one.id);
      return before && plain(before) === plain(one) ? before : document.adoptNode(one);
    });
    const added = next.length > part.children.length;
    if (next.length !== part.children.length || next.some((one, at) => one !== part.children[at])) part.replaceChildren(...next);
    for (const one of [...find("growing").children]) {
      const overtaken = one.dataset.at && added && Date.now() - Number(one.dataset.at) > 5000;
      if (one.dataset.done || overtaken) one.remove();
    }
    inZone(part);
  };

  const ready = () => { showTheme(); inZone(document); watch(); };
  document.addEventListener("DOMContentLoaded", () => {
    document.body.addEventListener("htmx:configRequest", atHome);
    document.body.addEventListener("htmx:beforeSwap", held);
    document.body.addEventListener("htmx:afterSettle", swapped);
    ready();
  });
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
