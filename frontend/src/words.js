// What a script says by itself: in English alone where the page speaks English alone (base.html), else Chinese with English beside it.
export const word = (zh, en) => (document.documentElement.lang === "en" ? en : `${zh} ${en}`);
