// Draws the reports' charts from the tables beside them: what is drawn and what is read out are the same figures.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LegendComponent, LineChart, TooltipComponent]);

const MOST_BARS = 20; // of areas, services or people; of days all are drawn
const COLOURS = ["#1c665e", "#7fb8b0", "#c77f1a", "#a8201a", "#45538a"];
const drawn = new Map();

const wordsOf = (cell) => [...cell.querySelectorAll(".zh, .en")].map((one) => one.textContent).join(" ") || cell.textContent.trim();

const optionFor = (table) => {
  const rows = [...table.tBodies[0].querySelectorAll("tr:not(.whole)")];
  const byDay = /^\d{4}-\d{2}-\d{2}$/.test(rows[0]?.cells[0].textContent ?? "");
  const shown = byDay ? rows : rows.slice(0, MOST_BARS);
  const columns = [...table.tHead.rows[0].cells].map((head, index) => ({ head, index })).filter(({ head }) => head.dataset.series);
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink").trim();
  const text = { color: ink, fontSize: 16 };
  return {
    aria: { enabled: true, decal: { show: true }, label: { data: { maxCount: 40 } } },
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    color: COLOURS,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 8, right: 8, top: 52, bottom: 8, containLabel: true },
    legend: { top: 0, type: "scroll", textStyle: text, pageTextStyle: text },
    tooltip: { trigger: "axis", renderMode: "richText", textStyle: { fontSize: 16 } },
    xAxis: { type: "category", data: shown.map((row) => row.cells[0].textContent.trim()), axisLabel: { ...text, hideOverlap: true, formatter: (name) => (byDay ? name.slice(5) : name) } },
    yAxis: [
      { type: "value", minInterval: 1, axisLabel: text },
      { type: "value", min: 0, max: 100, show: columns.some(({ head }) => head.dataset.series === "line"), axisLabel: { ...text, formatter: "{value} %" }, splitLine: { show: false } },
    ],
    series: columns.map(({ head, index }) => ({
      name: wordsOf(head),
      type: head.dataset.series,
      yAxisIndex: head.dataset.series === "line" ? 1 : 0,
      connectNulls: true,
      lineStyle: { opacity: byDay ? 1 : 0 }, // between two areas there is nothing
      symbolSize: 7,
      data: shown.map((row) => (row.cells[index].dataset.value === "" ? null : Number(row.cells[index].dataset.value))),
    })),
  };
};

const forget = () => {
  for (const [chart, watching] of drawn.values()) {
    watching.disconnect();
    chart.dispose();
  }
  drawn.clear();
};

const draw = () => {
  forget();
  for (const place of document.querySelectorAll("[data-chart]")) {
    const chart = echarts.init(place, null, { locale: document.documentElement.lang === "en" ? "EN" : "ZH" });
    chart.setOption(optionFor(document.getElementById(place.dataset.chart)));
    const watching = new ResizeObserver(() => chart.resize());
    watching.observe(place);
    drawn.set(place, [chart, watching]);
  }
};

document.addEventListener("turbo:load", draw);
document.addEventListener("turbo:before-render", forget);
if (document.readyState !== "loading") draw(); // the page came by Turbo, which loads this script after it
