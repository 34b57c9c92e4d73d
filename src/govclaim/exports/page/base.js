// What all parts of the page share: elements, labels, texts by code point, figures as a person reads them.

// Every text of a document reaches the page as a text node, so markup in it stays text.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in PROPERTIES) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
const PROPERTIES = { value: 1, checked: 1, selected: 1, tabIndex: 1 };

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const stored = (id) => JSON.parse(document.getElementById(id).textContent);
const labels = stored("labels");
let language = document.documentElement.lang in labels ? document.documentElement.lang : "en";

// A label in the reader's language; what has none (a unit, a role that came later) stands for itself.
function t(key, values = {}) {
  const label = Object.hasOwn(labels[language], key) ? labels[language][key] : String(key);
  return label.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

// Signs that would reorder or hide their neighbours are shown by their code points.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
const code = (sign) => `U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
const shown = (text) => String(text ?? "").replace(/\s*[\r\n]\s*/g, " ").replace(CONTROL, (sign) => `⟨${code(sign)}⟩`);

// Offsets count code points, JavaScript's strings count UTF-16 units.
class Points {
  constructor(text) {
    this.points = Array.from(text);
  }
  slice(span) {
    return this.points.slice(span.start, span.end).join("");
  }
  surface(span) {
    const text = this.slice(span).replace(/\s*[\r\n]\s*/g, "\n");
    return shown(text.replace(/([A-Za-z0-9])\n(?=[A-Za-z0-9])/g, "$1 ").replace(/\n/g, ""));
  }
}

// One document with its items by id, made when it is first opened.
class Paper {
  constructor(data, number) {
    Object.assign(this, data);
    this.number = number;
    this.points = new Points(data.text);
    this.items = new Map();
    for (const layer of ["sentences", "entities", "quantities", "times", "claims"])
      for (const item of this[layer]) this.items.set(item.id, item);
    this.claimsOf = new Map();
    for (const claim of this.claims) {
      if (!this.claimsOf.has(claim.quantity)) this.claimsOf.set(claim.quantity, []);
      this.claimsOf.get(claim.quantity).push(claim);
    }
    this.warnings = (data.warnings ?? []).map((notice) => (typeof notice === "string" ? { message: notice } : notice));
  }
  text_of(span) {
    return span ? this.points.surface(span) : "";
  }
  title() {
    const written = this.sentences.find((sentence) => sentence.kind === "title");
    return shown(this.meta?.title ?? (written ? this.text_of(written) : this.id));
  }
  named(mention) {
    if (!mention) return "";
    const text = this.text_of(mention);
    const entity = this.items.get(mention.entity);
    const name = entity ? this.text_of(entity) : text;
    return text.includes(name) ? text : `${text} = ${name}`;
  }
  // The stretches of the text that make up a claim, by role.
  parts(claim) {
    const quantity = this.items.get(claim.quantity);
    const found = [["quantity", quantity]];
    for (const role of ["indicator", "subject", "scope", "base"]) if (claim[role]) found.push([role, claim[role]]);
    if (claim.period) found.push(["period", this.items.get(claim.period)]);
    if (claim.attribution) found.push(["speaker", claim.attribution]);
    if (quantity?.bound_span) found.push(["bound", quantity.bound_span]);
    return found.filter(([, span]) => span);
  }
  warnings_of(claim) {
    const parts = this.parts(claim);
    return this.warnings.filter(
      (notice) =>
        (notice.claims ?? []).includes(claim.id) ||
        (notice.start !== undefined && parts.some(([, span]) => span.start < notice.end && notice.start < span.end)),
    );
  }
}

// ---- figures

const grouped = (digits) => {
  const [, sign, whole, rest] = /^(-?)(\d+)(.*)$/.exec(digits) ?? [null, "", "", digits];
  return sign.replace("-", "−") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + rest;
};

function figure(quantity, paper) {
  let digits;
  if (quantity.value !== undefined) digits = grouped(quantity.value);
  else if (quantity.lower !== undefined) digits = `${grouped(quantity.lower)}–${grouped(quantity.upper ?? "")}`;
  else digits = quantity.parts ? quantity.parts.map(grouped).join(" : ") : paper.text_of(quantity);
  if (quantity.dimension === "rank") return `${t("no.")} ${digits}${quantity.from_end ? ` (${t("from the end")})` : ""}`;
  if (["%", "‰"].includes(quantity.unit)) return digits + quantity.unit;
  return [digits, shown(quantity.unit)].filter(Boolean).join(" ");
}

const ARROWS = { increase: "↑", decrease: "↓", flat: "→" };

function change(claim, paper) {
  if (claim.type !== "change") return "";
  const basis = claim.basis && claim.basis !== "none" ? t(claim.basis) : "";
  return [ARROWS[claim.direction] ?? "", basis, claim.base ? `(${paper.text_of(claim.base)})` : ""].filter(Boolean).join(" ");
}

function bound(claim, quantity) {
  const words = [claim?.polarity === "negated" ? t("negated") : "", quantity.bound === "exact" ? "" : t(quantity.bound)];
  return words.filter(Boolean).join(" ");
}

const indicator = (claim, paper) => shown(claim.indicator_name ?? paper.text_of(claim.indicator));
const period = (claim, paper) => {
  const time = paper.items.get(claim.period);
  return time ? shown(time.value ?? paper.text_of(time)) : "";
};
const speaker = (claim, paper) =>
  claim.attribution ? paper.named(claim.attribution) + (claim.attribution.quoted ? ` (${t("quoted")})` : "") : "";

// What a screen reader says of a figure: the claim in one breath.
function spoken(quantity, claims, paper) {
  const one = (claim) =>
    [t(claim.type), indicator(claim, paper), paper.named(claim.subject), change(claim, paper),
     claim.scope ? `${t("scope")} ${paper.text_of(claim.scope)}` : "", period(claim, paper), speaker(claim, paper)]
      .filter(Boolean).join(", ");
  const parts = claims.length ? claims.map(one).join("; ") : t("role.noclaim");
  return t("spoken", { figure: paper.text_of(quantity), parts });
}
