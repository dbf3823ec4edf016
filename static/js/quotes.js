// One more quote on the form of an observation, without a visit to the server.
"use strict";
(() => {
  const room = document.querySelector("[data-quotes]");
  if (!room) return;
  const add = room.querySelector("[data-quote-add]");
  const blank = room.querySelector("[data-quote-blank]");
  const total = document.querySelector("[name=quotes-TOTAL_FORMS]");
  const most = Number(document.querySelector("[name=quotes-MAX_NUM_FORMS]").value);
  const grow = () => {
    const number = Number(total.value);
    const one = document.createElement("template");
    one.innerHTML = blank.innerHTML.replaceAll("__prefix__", String(number));
    room.insertBefore(one.content, blank);
    total.value = String(number + 1);
    add.hidden = number + 1 >= most;
    return room.querySelectorAll("[data-quote]")[number];
  };
  add.hidden = Number(total.value) >= most;
  add.addEventListener("click", () => grow().querySelector("textarea").focus());
  // What is put back from this device may hold more quotes than the page came with.
  room.closest("form").addEventListener("draft:grow", (event) => {
    while (Number(total.value) < Math.min(event.detail, most)) grow();
  });
})();
