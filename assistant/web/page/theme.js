// Before anything is drawn, so that no wrong colours flash: light or dark as chosen, else as the system says.
(function () {
  let chosen = "system";
  try { chosen = localStorage.getItem("citewell/theme") || "system"; } catch (error) { /* storage is off */ }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    const wanted = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
    document.documentElement.dataset.theme = wanted;
  }
  dark.addEventListener("change", apply);
  window.citewellTheme = {
    get: () => chosen,
    set(value) {
      chosen = value;
      try { localStorage.setItem("citewell/theme", value); } catch (error) { /* storage is off */ }
      apply();
    },
  };
  apply();
})();
