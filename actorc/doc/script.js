"use strict";
(function () {
  var root = document.documentElement;
  var search = document.getElementById("search");
  var nav = document.getElementById("contents");
  var menu = document.getElementById("menu");

  // Pages on a disk may not have a storage; the switch works without.
  function stored() {
    try { return localStorage.getItem("actorc-theme"); } catch (e) { return null; }
  }
  function store(theme) {
    try { localStorage.setItem("actorc-theme", theme); } catch (e) { /* for this page only */ }
  }
  var theme = stored();
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
  }
  document.getElementById("theme").addEventListener("click", function () {
    var dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    store(root.dataset.theme);
  });

  function open(yes) {
    nav.classList.toggle("open", yes);
    menu.setAttribute("aria-expanded", String(yes));
  }
  menu.addEventListener("click", function () { open(!nav.classList.contains("open")); });
  nav.addEventListener("click", function (event) {
    if (event.target.closest("a")) { open(false); }
  });

  // All words must be somewhere in a section; names in the contents follow their sections.
  var items = Array.from(document.querySelectorAll("section.item"), function (section) {
    return {
      section: section,
      entry: nav.querySelector("a[href='#" + section.id + "']").parentNode,
      text: section.textContent.toLowerCase()
    };
  });
  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var shown = 0;
    items.forEach(function (item) {
      var hit = words.every(function (word) { return item.text.includes(word); });
      item.section.hidden = item.entry.hidden = !hit;
      shown += hit;
    });
    document.querySelectorAll(".group").forEach(function (group) {
      group.hidden = !group.querySelector("section.item:not([hidden])");
    });
    document.querySelector(".intro").hidden = words.length > 0;
    document.getElementById("nothing").hidden = shown > 0 || words.length === 0;
  }
  search.addEventListener("input", filter);
  document.addEventListener("keydown", function (event) {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape") {
      search.value = "";
      search.blur();
      filter();
      open(false);
    }
  });
  // A link to what the search hides ends the search.
  addEventListener("hashchange", function () {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      search.value = "";
      filter();
      target.scrollIntoView();
    }
  });
})();
