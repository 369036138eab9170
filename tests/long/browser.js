// SPDX-License-Identifier: MIT
// browser.js - goes behind the script of a page of `actorc doc` and tries it in the browser: links,
// search, themes, and whether the drawings can be read. browser.sh reads the lines that it leaves
// in the element "verdict".
"use strict";
(async function () {
  const lines = [];
  const settle = () => new Promise((done) => setTimeout(done, 50));
  function check(what, holds, detail) {
    lines.push((holds ? "ok " : "FAIL ") + what + (holds || detail === undefined ? "" : ": " + detail));
  }
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const shown = (element) => element.getClientRects().length > 0;
  const one = (id) => document.getElementById(id);

  async function links() {
    const broken = [];
    for (const link of all("a[href^='#']")) {
      const href = link.getAttribute("href");
      location.hash = href;
      await settle();
      const target = one(href.slice(1));
      const at = target === null ? null : target.getBoundingClientRect();
      if (at === null || !shown(target) || at.top > innerHeight || at.bottom < 0) {
        broken.push(href);
      }
    }
    check("links lead to what is then in view", broken.length === 0, broken.join(" "));
  }

  async function search() {
    const field = one("search");
    const items = all("section.item");
    const type = async (text) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await settle();
    };
    if (items.length === 0) { return; }
    const having = (w) => items.filter((s) => s.textContent.toLowerCase().includes(w.toLowerCase()));
    const word = items.map((s) => s.querySelector(".self").textContent)
      .reduce((a, b) => (having(a).length <= having(b).length ? a : b));
    const expected = having(word);
    await type(word.toUpperCase());
    check("the search shows what has the word, and nothing else",
      items.every((s) => shown(s) === expected.includes(s)), word);
    check("so do the contents",
      all("nav li").every((li) => {
        const section = one(li.firstChild.getAttribute("href").slice(1));
        return li.hidden === !expected.includes(section);
      }));
    await type(word + " zzz-nowhere");
    check("words that are nowhere find nothing, and it says so",
      items.every((s) => !shown(s)) && shown(one("nothing")));
    location.hash = "#" + items[0].id;
    await settle();
    check("a link ends the search", items.every(shown) && field.value === "" && !shown(one("nothing")));
    await type(word);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await settle();
    check("Escape ends the search", items.every(shown) && field.value === "");
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }));
    check("'/' leads to the search", document.activeElement === field);
    field.blur();
    check("all is there again", shown(document.querySelector(".intro")) && all(".group").every(shown));
  }

  function rgb(text) {
    const parts = text.match(/[\d.]+/g).map(Number);
    return { r: parts[0], g: parts[1], b: parts[2], a: parts.length > 3 ? parts[3] : 1 };
  }
  function luminance(colour) {
    const part = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : Math.pow((v / 255 + 0.055) / 1.055, 2.4));
    return 0.2126 * part(colour.r) + 0.7152 * part(colour.g) + 0.0722 * part(colour.b);
  }
  function ground(element) {
    for (let e = element; e !== null; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.a === 1) { return colour; }
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  }
  function contrast(element, ink) {
    const a = luminance(rgb(ink)) + 0.05;
    const b = luminance(ground(element)) + 0.05;
    return Math.max(a, b) / Math.min(a, b);
  }
  function contrasts(theme) {
    const faint = new Set();
    for (const element of all("body *")) {
      const own = Array.from(element.childNodes).some((n) => n.nodeType === 3 && n.data.trim() !== "");
      if (!own || !shown(element) || element.closest("script")) { continue; }
      const style = getComputedStyle(element);
      const ink = element.closest("svg") ? style.fill : style.color;
      if (contrast(element, ink) < 4.5) {
        faint.add((element.className.baseVal || element.className || element.localName) + " " + ink);
      }
    }
    for (const path of all(".edge > path:not(.diamond)")) {
      if (contrast(path, getComputedStyle(path).stroke) < 3) {
        faint.add("line " + path.parentNode.getAttribute("class"));
      }
    }
    check("in the " + theme + " theme all stands out from its ground", faint.size === 0, [...faint].join(", "));
  }
  async function themes() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const before = getComputedStyle(document.body).backgroundColor;
    check("the page begins in the scheme that is preferred", (luminance(rgb(before)) < 0.2) === dark, before);
    contrasts(dark ? "dark" : "light");
    one("theme").click();
    await settle();
    const after = getComputedStyle(document.body).backgroundColor;
    check("the switch changes it", (luminance(rgb(after)) < 0.2) !== dark, after);
    contrasts(dark ? "light" : "dark");
    one("theme").click();
    await settle();
    check("and back", getComputedStyle(document.body).backgroundColor === before);
    check("the choice is kept", localStorage.getItem("actorc-theme") === (dark ? "dark" : "light"));
  }

  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  function drawings() {
    const overlaps = [];
    const outside = [];
    for (const svg of all(".drawing svg")) {
      const frame = svg.getBoundingClientRect();
      const texts = Array.from(svg.querySelectorAll("text"));
      const boxes = Array.from(svg.querySelectorAll("rect.box"));
      const name = (e) => svg.getAttribute("aria-label") + ": " + (e.textContent || "a box");
      const places = texts.concat(boxes).map((e) => ({ e, at: e.getBoundingClientRect() }));
      places.forEach(({ e, at }, i) => {
        if (at.left < frame.left || at.right > frame.right || at.top < frame.top || at.bottom > frame.bottom) {
          outside.push(name(e));
        }
        for (const other of places.slice(i + 1)) {
          const inBox = e.localName === "text" && !e.matches(".label") && other.e.localName === "rect";
          const contained = inBox && at.left >= other.at.left && at.right <= other.at.right;
          if (meet(at, other.at) && !contained) { overlaps.push(name(e) + " / " + name(other.e)); }
        }
      });
    }
    check("nothing in the drawings overlaps", overlaps.length === 0, overlaps.join(", "));
    check("the drawings have all of it", outside.length === 0, outside.join(", "));
  }

  function layout() {
    const root = document.scrollingElement;
    check("the page is not wider than the window", root.scrollWidth <= innerWidth,
      root.scrollWidth + " > " + innerWidth);
    const wide = all("main *").filter((e) => shown(e) && !e.closest(".scroll, .drawing, pre") &&
      e.getBoundingClientRect().right > innerWidth + 1);
    check("nothing sticks out", wide.length === 0, wide.map((e) => e.outerHTML.slice(0, 80)).join(" "));
  }

  async function code() {
    const parts = all("details");
    for (const part of parts) { part.open = true; }
    await settle();
    check("the C can be opened", parts.every((d) => shown(d.querySelector("pre")) && d.textContent.length > 20));
    layout();
    contrasts("same, with code, ");
    for (const part of parts) { part.open = false; }
  }

  try {
    drawings();
    layout();
    await themes();
    await search();
    await code();
    await links();
  } catch (error) {
    check("no exception", false, error.stack);
  }
  const verdict = document.createElement("pre");
  verdict.id = "verdict";
  verdict.textContent = "\n" + lines.join("\n") + "\nend of verdict\n";
  document.body.append(verdict);
})();
