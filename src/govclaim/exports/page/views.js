// One document: its text, the claim that is looked at, and its tables.

const field = (name, value, attributes = {}) => (value ? [el("dt", {}, t(name)), el("dd", attributes, value)] : []);

// The claim (or the bare figure) that is looked at, field by field.
function card(paper, quantity, claim) {
  if (!quantity) return [el("p", { class: "hint" }, t("hint")), legend()];
  const zh = { lang: "zh" };
  const head = el("p", { class: "figure-head" }, el("strong", zh, paper.text_of(quantity)), " ", claim ? el("span", { class: "badge" }, t(claim.type)) : null);
  const link = (mention) => paper.items.get(mention?.entity)?.link;
  const facts = [
    ...field("value", figure(quantity, paper)),
    ...field("bound", bound(claim, quantity)),
    ...field("si", quantity.si && quantity.si.unit !== quantity.unit ? `${grouped(quantity.si.value)} ${quantity.si.unit}` : ""),
  ];
  if (claim) {
    facts.push(
      ...field("indicator", claim.indicator && paper.text_of(claim.indicator), zh),
      ...field("label", claim.indicator_name !== paper.text_of(claim.indicator) && shown(claim.indicator_name), zh),
      ...field("subject", [paper.named(claim.subject), link(claim.subject)].filter(Boolean).join(" · "), zh),
      ...field("change", change(claim, paper)),
      ...field("scope", claim.scope && paper.text_of(claim.scope), zh),
      ...field("period", claim.period && [paper.text_of(paper.items.get(claim.period)), period(claim, paper)].filter((v, i, a) => a.indexOf(v) === i).join(" = "), zh),
      ...field("speaker", speaker(claim, paper), zh),
      ...field("modality", claim.modality !== "actual" && t(claim.modality)),
      ...field("confidence", claim.confidence),
      ...field("source", claim.source && shown(claim.source)),
      ...field("comment", claim.comment && shown(claim.comment)),
    );
  }
  const notices = claim ? paper.warnings_of(claim).map((notice) => el("p", { class: "notice" }, "⚠ ", shown(notice.message ?? notice.code))) : [el("p", { class: "hint" }, t("no claim"))];
  const others = paper.claimsOf.get(quantity.id)?.length ?? 0;
  const turn = others > 1 ? el("p", { class: "hint" }, `${paper.claimsOf.get(quantity.id).indexOf(claim) + 1} ${t("of")} ${others}`) : null;
  return [head, turn, el("dl", {}, facts), ...notices].filter(Boolean);
}

function legend() {
  const line = (classes, name) => el("li", {}, el("span", { class: `seg ${classes}` }, t(name)));
  return el("ul", { class: "legend", "aria-label": t("legend") }, line("entity", "entity"), line("amount", "quantity"), line("time", "time"), line("numeral", "tally"));
}

const choices = (values) => [...new Set(values)].filter(Boolean).sort((a, b) => a.localeCompare(b, "zh")).map((value) => [value, t(value)]);
const has = (text, wanted) => !wanted || text.toLowerCase().includes(wanted.toLowerCase());

// Claims of one document, or of all; a row is {paper, claim}.
function claims_table(rows, jump, several) {
  const quantity = ({ paper, claim }) => paper.items.get(claim.quantity);
  const cell = (text) => (row) => el("span", {}, text(row));
  const column = (key, text, more = {}) => ({ key, title: t(key), text, ...more });
  const columns = [
    column("claim", ({ claim }) => claim.id, {
      title: t("claim"),
      sort: ({ paper, claim }) => paper.number * 1e7 + (quantity({ paper, claim }).start ?? 0),
      cell: (row) => el("button", { type: "button", class: "jump", title: t("jump"), onclick: () => jump(row) }, several ? `${row.paper.number + 1} · ${row.claim.id}` : row.claim.id),
    }),
    column("subject", ({ paper, claim }) => paper.named(claim.subject), { lang: "zh" }),
    column("indicator", ({ paper, claim }) => indicator(claim, paper), { lang: "zh" }),
    column("value", (row) => figure(quantity(row), row.paper), { numeric: true, sort: (row) => Number(quantity(row).value ?? quantity(row).lower ?? NaN) }),
    column("bound", (row) => bound(row.claim, quantity(row))),
    column("type", ({ claim }) => t(claim.type)),
    column("change", ({ paper, claim }) => change(claim, paper)),
    column("scope", ({ paper, claim }) => paper.text_of(claim.scope), { lang: "zh" }),
    column("period", ({ paper, claim }) => period(claim, paper)),
    column("modality", ({ claim }) => (claim.modality === "actual" ? "" : t(claim.modality))),
    column("speaker", ({ paper, claim }) => speaker(claim, paper), { lang: "zh" }),
    column("confidence", ({ claim }) => claim.confidence ?? "", { numeric: true, sort: ({ claim }) => Number(claim.confidence ?? NaN) }),
    column("warnings", ({ paper, claim }) => paper.warnings_of(claim).map((notice) => shown(notice.message ?? notice.code)).join("; "), {
      cell: (row) => (row.paper.warnings_of(row.claim).length ? el("span", { class: "notice" }, "⚠ ", row.paper.warnings_of(row.claim).map((n) => shown(n.message ?? n.code)).join("; ")) : ""),
    }),
  ];
  const table = new Table({ columns, rows, caption: t("claims"), cell });
  const filters = new Filters(
    [
      { key: "type", title: t("type"), options: choices(rows.map(({ claim }) => claim.type)) },
      { key: "indicator", title: t("indicator") },
      { key: "place", title: t("place") },
      { key: "confidence", title: t("up to"), range: true },
    ],
    (wanted) => {
      const now = table.filter(
        ({ paper, claim }) =>
          (!wanted.type || claim.type === wanted.type) &&
          has(`${indicator(claim, paper)} ${paper.text_of(claim.indicator)}`, wanted.indicator) &&
          has(`${paper.named(claim.subject)} ${paper.items.get(claim.subject?.entity)?.link ?? ""} ${shown(paper.meta?.place)}`, wanted.place) &&
          (wanted.confidence >= 1 || Number(claim.confidence ?? 1) <= wanted.confidence),
      );
      filters.tell(now, rows.length);
    },
  );
  filters.tell(rows.length, rows.length);
  return { table, filters, node: el("div", {}, filters.node, table.node) };
}

// Numerals that became no figure or time, and figures that state no claim, each with the reason.
function tally(paper, go) {
  if (!paper.numerals) return { node: el("p", { class: "hint" }, t("no tally")) };
  const rows = paper.numerals.filter((run) => !["quantity", "time"].includes(run.role)).map((run) => ({ ...run, reason: `role.${run.role}` }));
  const taken = paper.numerals.length - rows.length;
  for (const quantity of paper.quantities) if (!paper.claimsOf.has(quantity.id)) rows.push({ ...quantity, reason: "role.noclaim" });
  rows.sort((a, b) => a.start - b.start);
  const near = (run) => [paper.points.slice({ start: Math.max(0, run.start - 10), end: run.start }), paper.points.slice(run), paper.points.slice({ start: run.end, end: run.end + 10 })].map(shown);
  const table = new Table({
    caption: t("tally"), rows, empty: t("none"),
    columns: [
      { key: "numeral", title: t("numeral"), text: (run) => paper.text_of(run), lang: "zh", sort: (run) => run.start,
        cell: (run) => el("button", { type: "button", class: "jump", title: t("jump"), onclick: () => go(run) }, paper.text_of(run)) },
      { key: "reason", title: t("reason"), text: (run) => t(run.reason) },
      { key: "context", title: t("context"), lang: "zh", text: (run) => near(run).join(""), cell: (run) => {
        const [before, itself, after] = near(run);
        return el("span", {}, before, el("mark", {}, itself), after);
      } },
    ],
  });
  const reasons = choices(rows.map((row) => row.reason));
  const filters = new Filters([{ key: "reason", title: t("reason"), options: reasons.map(([key, text]) => [key, `${text} (${rows.filter((row) => row.reason === key).length})`]) }], (wanted) => {
    filters.tell(table.filter((row) => !wanted.reason || row.reason === wanted.reason), rows.length);
  });
  filters.tell(rows.length, rows.length);
  return { table, node: el("div", {}, el("p", {}, t("taken", { n: taken, m: paper.numerals.length })), filters.node, table.node), count: rows.length };
}

function items_table(paper, layer, go) {
  const columns = [{ key: "written", title: t("written"), lang: "zh", text: (item) => paper.text_of(item), cell: (item) => el("button", { type: "button", class: "jump", title: t("jump"), onclick: () => go(item) }, paper.text_of(item)) }];
  const add = (key, text, more) => columns.push({ key, title: t(key), text, ...more });
  if (layer === "entities") {
    add("label", (item) => t(item.label));
    add("kind", (item) => t(item.subtype ?? ""));
    add("link", (item) => shown(item.link));
  } else if (layer === "times") {
    add("kind", (item) => t(item.kind ?? ""));
    add("value", (item) => shown(item.value));
  }
  add("confidence", (item) => item.confidence ?? "", { numeric: true, sort: (item) => Number(item.confidence ?? NaN) });
  add("source", (item) => shown(item.source));
  const name = layer === "entities" ? "names" : layer;
  const table = new Table({ columns, rows: paper[layer], caption: t(name), empty: t("none") });
  return { table, node: table.node, count: paper[layer].length };
}

function warnings(paper, go) {
  if (!paper.warnings.length) return { node: el("p", { class: "hint" }, t("none")), count: 0 };
  const one = (notice) => {
    const place = notice.start !== undefined && notice.end !== undefined;
    const claims = (notice.claims ?? []).map((id) => paper.items.get(id)).filter(Boolean);
    return el("li", {}, el("span", { class: "notice" }, "⚠ ", shown(notice.message ?? notice.code)), " ", el("code", {}, shown(notice.code)),
      place ? [" ", el("button", { type: "button", class: "jump", onclick: () => go(notice), lang: "zh" }, paper.text_of(notice))] : null,
      claims.map((claim) => [" ", el("button", { type: "button", class: "jump", onclick: () => go(paper.items.get(claim.quantity)) }, claim.id)]));
  };
  return { node: el("ul", { class: "notices" }, paper.warnings.map(one)), count: paper.warnings.length };
}

// Tabs after the pattern of the ARIA practices: arrows move, one panel shows.
function tabs(name, entries) {
  const ids = entries.map(([key]) => `${name}-${key}`);
  const choose = (index, focus) => {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === index));
      button.tabIndex = i === index ? 0 : -1;
      panels[i].hidden = i !== index;
    });
    if (focus) buttons[index].focus();
    entries[index][2].table?.unfold(true);
  };
  const move = { ArrowRight: 1, ArrowLeft: -1 };
  const buttons = entries.map(([key, title], i) => el("button", {
    type: "button", role: "tab", id: `${ids[i]}-tab`, "aria-controls": ids[i], onclick: () => choose(i),
    onkeydown: (event) => event.key in move && choose((i + move[event.key] + entries.length) % entries.length, true),
  }, title, entries[i][2].count === undefined ? null : el("span", { class: "count" }, String(entries[i][2].count))));
  const panels = entries.map(([, title, part], i) => el("section", { role: "tabpanel", id: ids[i], "aria-labelledby": `${ids[i]}-tab` }, el("h2", { class: "printed" }, title), part.node));
  choose(0);
  return { node: el("div", { class: "tabs" }, el("div", { role: "tablist", "aria-label": t("overview") }, buttons), panels), choose };
}

function document_view(paper, app) {
  const panel = el("aside", { class: "card", "aria-label": t("claim") }, app.card(paper));
  const text = new Text(paper, (quantity, claim) => panel.replaceChildren(...app.card(paper, quantity, claim)));
  const go = (target) => text.show_span(target);
  const claims = claims_table(paper.claims.map((claim) => ({ paper, claim })), ({ claim }) => text.show(claim), false);
  const numerals = tally(paper, go);
  const parts = tabs("part", [
    ["claims", t("claims"), { ...claims, count: paper.claims.length }],
    ["tally", t("tally"), numerals],
    ["warnings", t("warnings"), warnings(paper, go)],
    ["names", t("names"), items_table(paper, "entities", go)],
    ["times", t("times"), items_table(paper, "times", go)],
    ...(app.parts?.(paper, go) ?? []),
  ]);
  const meta = paper.meta ?? {};
  const safe = typeof meta.url === "string" && /^https?:\/\//.test(meta.url);
  const facts = [
    meta.published && `${t("published")} ${shown(meta.published)}`, meta.source && shown(meta.source), meta.place && shown(meta.place),
    meta.annotation?.status && `${t("status")}: ${shown(meta.annotation.status)}`,
  ].filter(Boolean).map((fact) => el("li", {}, fact));
  if (meta.url) facts.push(el("li", {}, safe ? el("a", { href: meta.url, rel: "noopener noreferrer" }, shown(meta.url)) : shown(meta.url)));
  const node = el("main", { class: "document", id: "main" },
    el("header", { class: "head" }, el("h1", { lang: "zh", tabIndex: -1 }, paper.title()), el("ul", { class: "facts" }, el("li", {}, el("code", {}, shown(paper.id))), facts)),
    el("div", { class: "reading" }, el("section", { "aria-label": t("text") }, text.body), panel),
    parts.node);
  return { node, text, panel, parts, tables: [claims.table, numerals.table].filter(Boolean) };
}
