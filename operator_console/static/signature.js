// The resident signs with a finger: what is sent is the way the finger went, which the server draws. Written for old telephones too.
"use strict";

(function () {
  var pad = document.getElementById("pad");
  var pen = pad.getContext("2d");
  var send = document.getElementById("send");
  var MOST_POINTS = 4000;
  var strokes = [];
  var points = 0;
  var drawing = null;

  // Where a finger or a mouse is, in the picture's own points.
  function place(event) {
    var frame = pad.getBoundingClientRect();
    var at = event.touches ? event.touches[0] : event;
    return [
      Math.max(0, Math.min(1000, Math.round((at.clientX - frame.left) / frame.width * 1000))),
      Math.max(0, Math.min(500, Math.round((at.clientY - frame.top) / frame.height * 500)))
    ];
  }

  function begin(event) {
    event.preventDefault();
    drawing = [place(event)];
    strokes.push(drawing);
  }

  function go(event) {
    if (!drawing || points > MOST_POINTS) return;
    event.preventDefault();
    var from = drawing[drawing.length - 1];
    var to = place(event);
    if (Math.abs(to[0] - from[0]) + Math.abs(to[1] - from[1]) < 4) return;
    drawing.push(to);
    points += 1;
    pen.lineWidth = 7;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(from[0], from[1]);
    pen.lineTo(to[0], to[1]);
    pen.stroke();
    send.disabled = false;
  }

  function end() { drawing = null; }

  pad.addEventListener("touchstart", begin, { passive: false });
  pad.addEventListener("touchmove", go, { passive: false });
  pad.addEventListener("touchend", end);
  pad.addEventListener("mousedown", begin);
  document.addEventListener("mousemove", go);
  document.addEventListener("mouseup", end);

  document.getElementById("again").addEventListener("click", function () {
    strokes = [];
    points = 0;
    pen.clearRect(0, 0, 1000, 500);
    send.disabled = true;
  });

  document.getElementById("signing").addEventListener("submit", function () {
    document.getElementById("strokes").value = strokes.map(function (stroke) {
      return stroke.map(function (point) { return point.join(","); }).join(" ");
    }).join(";");
  });
})();
