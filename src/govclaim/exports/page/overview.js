// Many documents: which there are, what they measure, from when they are.

const SHOWN = 20; // indicators in the chart

function charts(overview, choose) {
  if (typeof Plot === "undefined") return [];
  const named = overview.indicators.filter(([name]) => name !== "");
  const names = named.slice(0, SHOWN).map(([name, count]) => ({ name: shown(name), key: name, count }));
  const width = Math.min(560, document.documentElement.clientWidth - 30);
  const style = { background: "transparent", fontSize: "12px" };
  const bars = Plot.plot({
    style, width, height: 10 + names.length * 20, marginTop: 0, marginBottom: 4, marginLeft: 150, marginRight: 40,
    x: { axis: null }, y: { label: null, domain: names.map(({ name }) => name), tickSize: 0 },
    marks: [Plot.barX(names, { x: "count", y: "name", fill: "var(--entity)" }), Plot.text(names, { x: "count", y: "name", text: "count", textAnchor: "start", dx: 4 })],
  });
  bars.querySelectorAll("[aria-label=bar] rect").forEach((bar, i) => {
    bar.classList.add("clickable");
    bar.addEventListener("click", () => choose("indicator", names[i].key));
  });
  const figures = [chart(t("indicators"), bars, t("distribution", { n: named.length, m: names.length }))];
  const dated = overview.timeline;
  if (dated.length) {
    const time = Plot.plot({
      style, width, height: 250, marginBottom: 60, x: { label: null, type: "band", tickRotate: dated.length > 8 ? -45 : 0, ticks: thinned(dated.map(([month]) => month)) },
      y: { label: null, grid: true, ticks: 4 },
      marks: [Plot.barY(dated, { x: "0", y: "1", fill: "var(--time)" }), Plot.ruleY([0])],
    });
    time.querySelectorAll("[aria-label=bar] rect").forEach((bar, i) => {
      bar.classList.add("clickable");
      bar.addEventListener("click", () => choose("published", dated[i][0]));
    });
    figures.push(chart(t("timeline"), time, overview.undated ? `${overview.undated} ${t("undated")}` : ""));
  }
  return figures;
}

const thinned = (values) => values.filter((_, i) => i % Math.ceil(values.length / 14) === 0);

function chart(title, drawing, note) {
  // The groups inside have names too, but no role that may have one; the picture as a whole has both.
  for (const group of drawing.querySelectorAll("[aria-label]")) group.removeAttribute("aria-label");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", title);
  return el("figure", {}, el("figcaption", {}, el("strong", {}, title), " ", el("span", { class: "hint" }, note)), drawing);
}

function overview_view(overview, app) {
  const wanted = { search: "", indicator: "", published: "" };
  const columns = [
    { key: "title", title: t("title"), lang: "zh", text: (row) => shown(row.title), cell: (row) => el("a", { href: `#${row.number + 1}`, class: "jump" }, shown(row.title)) },
    { key: "id", title: t("id"), text: (row) => shown(row.id) },
    { key: "published", title: t("published"), text: (row) => shown(row.published) },
    { key: "place", title: t("place"), lang: "zh", text: (row) => shown(row.place) },
    { key: "figures", title: t("figures"), numeric: true, text: (row) => String(row.figures), sort: (row) => row.figures },
    { key: "claims", title: t("claims"), numeric: true, text: (row) => String(row.claims), sort: (row) => row.claims },
    { key: "warnings", title: t("warnings"), numeric: true, text: (row) => (row.warnings ? String(row.warnings) : ""), sort: (row) => row.warnings },
    { key: "confidence", title: t("min confidence"), numeric: true, text: (row) => row.confidence ?? "", sort: (row) => Number(row.confidence ?? NaN) },
  ];
  const names = overview.indicators.map(([name]) => name);
  if (overview.documents.some((row) => row.status)) columns.push({ key: "status", title: t("status"), text: (row) => shown(row.status) });
  if (!overview.documents.some((row) => row.place)) columns.splice(3, 1);
  const hay = new Map(overview.documents.map((row) => [row, [row.title, row.id, row.published, row.place, ...row.indicators.map((i) => names[i])].join("\n").toLowerCase()]));
  const table = new Table({ columns, rows: overview.documents, caption: t("documents") });
  const months = [...new Set(overview.documents.map((row) => row.published?.slice(0, overview.grain)).filter(Boolean))].sort();
  const filters = new Filters(
    [
      { key: "search", title: t("search documents"), wide: true },
      { key: "indicator", title: t("indicator"), options: overview.indicators.map(([name, count], i) => [String(i), `${name === "" ? t("others") : shown(name)} (${count})`]) },
      { key: "published", title: t("published"), options: months.map((month) => [month, month]) },
    ],
    (values) => {
      Object.assign(wanted, values);
      const now = table.filter((row) =>
        has(hay.get(row), wanted.search) && (wanted.indicator === "" || row.indicators.includes(Number(wanted.indicator))) && (row.published ?? "").startsWith(wanted.published));
      filters.tell(now, overview.documents.length);
    },
  );
  filters.tell(overview.documents.length, overview.documents.length);
  const choose = (key, value) => filters.set(key, key === "indicator" ? String(names.indexOf(value)) : value);
  const totals = ["documents", "claims", "figures", "names", "times", "warnings"].map((key) => el("li", {}, el("strong", {}, grouped(String(overview.totals[key]))), " ", t(key)));
  const slot = el("div");
  let built = null;
  // Every document has to be read for it, so only when it is asked for.
  const all = async () => {
    if (built) return;
    built = {};
    const papers = await Promise.all(overview.documents.map((_, i) => app.paper(i)));
    built = claims_table(papers.flatMap((paper) => paper.claims.map((claim) => ({ paper, claim }))), ({ paper, claim }) => app.open(paper.number, claim.id), true);
    slot.replaceChildren(built.node);
    built.table.unfold(true);
  };
  const parts = tabs("all", [
    ["documents", t("documents"), { table, node: el("div", {}, filters.node, table.node), count: overview.documents.length }],
    ["claims", t("all claims"), { table: { unfold: () => (built ? built.table?.unfold(true) : all()) }, node: slot, count: overview.totals.claims }],
  ]);
  const node = el("main", { class: "overview", id: "main" },
    el("header", { class: "head" }, el("h1", { tabIndex: -1 }, shown(overview.title)), el("ul", { class: "facts totals" }, totals)),
    el("div", { class: "charts" }, charts(overview, choose)), parts.node);
  return { node, tables: [table] };
}
