// Charts are drawn by the server. Plotly (0.4 MB) is fetched only when a reader asks to explore one.
"use strict";
(() => {
  const own = document.currentScript.dataset;
  const language = document.documentElement.lang;
  let loading = null;

  function load(address) {
    return new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = done;
      script.onerror = () => failed(new Error(address));
      document.head.append(script);
    });
  }

  function plotly() {
    loading ??= load(own.plotly)
      .then(() => (language === "fr" ? load(own.locale) : null))
      .catch((error) => {
        loading = null; // the next tap tries again
        throw error;
      });
    return loading;
  }

  const config = {
    displaylogo: false,
    locale: language,
    plotlyServerURL: "",
    responsive: true,
    showSendToCloud: false,
    toImageButtonOptions: { scale: 2 },
  };

  async function explore(button) {
    const chart = button.closest(".chart");
    const slot = chart.querySelector(".plotly-slot");
    const figure = JSON.parse(document.getElementById(button.dataset.explore).textContent);
    button.disabled = true;
    chart.setAttribute("aria-busy", "true");
    try {
      await plotly();
      slot.hidden = false;
      const name = { ...config.toImageButtonOptions, filename: chart.id };
      await window.Plotly.newPlot(slot, figure.data, figure.layout, { ...config, toImageButtonOptions: name });
      button.hidden = true;
    } catch (error) {
      slot.hidden = true;
      button.disabled = false;
      button.textContent = button.dataset.failed;
      console.warn(error);
    } finally {
      chart.removeAttribute("aria-busy");
    }
  }

  for (const button of document.querySelectorAll("[data-explore]")) {
    button.hidden = false;
    button.addEventListener("click", () => explore(button));
  }
})();
