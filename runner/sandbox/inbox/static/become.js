// Changes a page into another: what is the same stays as it is, with its focus and its scroll.
"use strict";

let arriving = false; // whether what is new has happened meanwhile, and was not asked for

function become(now, wanted) {
  if (now.nodeType === Node.ELEMENT_NODE && now.hasAttribute("data-keep")) return;
  if (now.nodeType === Node.ELEMENT_NODE && now.classList.contains("is-new")) wanted.classList.add("is-new");
  if (now.isEqualNode(wanted)) return;
  if (now.nodeName !== wanted.nodeName || now.id !== wanted.id) {
    now.replaceWith(document.adoptNode(wanted));
  } else if (now.nodeType === Node.ELEMENT_NODE) {
    becomeAttributes(now, wanted);
    becomeChildren(now, wanted);
  } else {
    now.nodeValue = wanted.nodeValue;
  }
}

function becomeAttributes(now, wanted) {
  const unfolded = now.nodeName === "DETAILS" && now.id === wanted.id;
  for (const { name } of [...now.attributes]) {
    if (!wanted.hasAttribute(name) && !(unfolded && name === "open")) now.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
}

function becomeChildren(now, wanted) {
  const named = new Map();
  for (const child of now.children) if (child.id) named.set(child.id, child);
  let at = now.firstChild;
  for (const next of [...wanted.childNodes]) {
    const same = next.id ? named.get(next.id) : null;
    if (same) {
      if (same === at) at = at.nextSibling;
      else now.insertBefore(same, at);
      become(same, next);
    } else if (at && !at.id && !next.id && at.nodeName === next.nodeName) {
      const after = at.nextSibling;
      become(at, next);
      at = after;
    } else {
      const added = document.adoptNode(next);
      if (arriving && added.classList && added.id) added.classList.add("is-new");
      now.insertBefore(added, at);
    }
  }
  while (at) {
    const after = at.nextSibling;
    at.remove();
    at = after;
  }
}
