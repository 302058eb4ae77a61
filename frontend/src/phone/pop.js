// Opens the caller's page when it rings, unless somebody is writing: then a link leads there.
import { visit } from "@hotwired/turbo";

const written = () =>
  [...document.querySelectorAll("main input, main textarea, main select")].some((field) => {
    if (field.type === "hidden" || field.type === "search" || field.form?.method === "get") return false;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.matches("select")) return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0;
    return field.value !== field.defaultValue;
  });

// The address for the link, "" where the page has been opened.
export const openPage = ({ channel, number, alarm }) => {
  const told = new URLSearchParams({ number, ...(alarm && { alarm: "1" }) });
  const address = `/desk/${encodeURIComponent(channel)}?${told}`;
  if (location.pathname === `/desk/${channel}`) return "";
  if (written()) return address;
  visit(address);
  return "";
};
