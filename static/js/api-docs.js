// Draws the description of the programming interface. Reading only: whoever is signed in may try what they may see.
"use strict";
(() => {
  const place = document.getElementById("api-docs");
  window.SwaggerUIBundle({
    url: place.dataset.schema,
    domNode: place,
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    supportedSubmitMethods: ["get"],
    validatorUrl: null,
    persistAuthorization: false,
  });
})();
