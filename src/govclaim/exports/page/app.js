// Which page shows: the overview, or one document; the address tells, so that back and forward work.

class App {
  constructor(root) {
    this.root = root;
    this.overview = stored("overview");
    this.sources = [...document.querySelectorAll("script.document")];
    this.papers = new Map();
    addEventListener("hashchange", () => this.show());
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("beforeprint", () => this.view.tables.forEach((table) => table.unfold(false)));
    addEventListener("afterprint", () => this.view.tables.forEach((table) => table.unfold(true)));
  }

  async paper(number) {
    if (!this.papers.has(number)) this.papers.set(number, new Paper(JSON.parse(this.sources[number].textContent), number));
    return this.papers.get(number);
  }

  get count() {
    return this.sources.length;
  }

  get several() {
    return this.count !== 1;
  }

  card(paper, quantity, claim) {
    return card(paper, quantity, claim);
  }

  open(number, claim) {
    location.hash = claim ? `${number + 1}/${claim}` : `${number + 1}`;
  }

  async show() {
    const [page, claim] = decodeURIComponent(location.hash.slice(1)).split("/");
    const number = this.several ? Number(page) - 1 : 0;
    const inside = Number.isInteger(number) && number >= 0 && number < this.count;
    const paper = inside ? await this.paper(number) : null;
    this.number = inside ? number : null;
    this.view = inside ? document_view(paper, this) : overview_view(this.overview, this);
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    document.title = inside ? paper.title() : shown(this.overview.title);
    this.root.replaceChildren(this.#bar(), this.view.node, this.#foot());
    this.view.tables.forEach((table) => table.unfold(true));
    if (inside && claim && paper.items.has(claim)) this.view.text.show(paper.items.get(claim));
    else if (this.started) {
      scrollTo(0, 0);
      this.view.node.querySelector("h1").focus({ preventScroll: true });
    }
    this.started = true;
  }

  #bar() {
    const to = (number, key, sign) => (number >= 0 && number < this.count ? el("a", { href: `#${number + 1}`, "aria-label": t(key), title: t(key) }, sign) : null);
    const way = this.several && this.number !== null ? [el("a", { href: "#" }, `‹ ${t("back")}`), to(this.number - 1, "previous", "←"), to(this.number + 1, "next", "→")] : [];
    const switcher = el("button", { type: "button", lang: language === "en" ? "zh" : "en", onclick: () => {
      language = language === "en" ? "zh" : "en";
      this.started = false;
      this.show();
    } }, t("language"));
    const skip = this.number === null ? null : el("a", { class: "skip", href: "#part-claims", onclick: (event) => {
      event.preventDefault();
      document.getElementById("part-claims-tab").focus();
    } }, t("skip"));
    return el("nav", { class: "bar", "aria-label": t("overview") }, skip, way, el("span", { class: "grow" }), switcher);
  }

  #foot() {
    const { govclaim, model } = this.overview.producer;
    return el("footer", {}, t("made with"), " ", shown(govclaim), model ? `, model ${shown(model)}` : "");
  }

  #key(event) {
    if (!this.view?.text || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, select, textarea")) return;
    if (event.key === "n") this.view.text.step(1);
    else if (event.key === "p") this.view.text.step(-1);
    else if (event.key === "Escape") this.view.text.release();
  }
}
