// Reloads the page once the site was built again, and shows what is wrong while it cannot be.

const build = import.meta.url.split("?")[1];
const make = (tag, text, parent) => {
  const node = document.createElement(tag);
  node.textContent = text;
  parent.append(node);
  return node;
};

function show(problems) {
  document.getElementById("statusgen-problems")?.remove();
  if (!problems.length) return;
  const box = make("section", "", document.body);
  box.id = "statusgen-problems";
  box.setAttribute("role", "alert");
  make("h2", `${problems.length === 1 ? "1 problem" : `${problems.length} problems`}: this page is that of before`, box);
  const list = make("ul", "", box);
  for (const [place, text, code] of problems) {
    const item = make("li", "", list);
    make("code", place, item);
    make("p", `${text} [${code}]`, item);
  }
  make("button", "Hide", box).addEventListener("click", () => box.remove());
}

// The browser would give back the place before the page's own script adds its times, and move on with each save.
const PLACE = "statusgen-place";
function reload() {
  sessionStorage.setItem(PLACE, `${location.pathname} ${scrollX} ${scrollY}`);
  history.scrollRestoration = "manual";
  location.reload();
}
const [path, x, y] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
sessionStorage.removeItem(PLACE);
if (path === location.pathname) scrollTo({ left: x, top: y, behavior: "instant" });
history.scrollRestoration = "auto";

const events = new EventSource("/-/events");
events.onmessage = ({ data }) => {
  const state = JSON.parse(data);
  if (String(state.build) !== build) reload();
  else show(state.problems);
};
addEventListener("pagehide", () => events.close());
