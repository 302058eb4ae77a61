// The printable sheet: its one button prints it.
"use strict";
document.getElementById("print").addEventListener("click", () => window.print());
