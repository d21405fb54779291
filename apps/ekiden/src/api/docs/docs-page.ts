/** What a browser may load for these pages: nothing but what this service serves. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Swagger UI draws its arrows by data: addresses
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page; `folder` leads from its address to that of the other files: `docs/` or nothing. */
export function docsPage(folder: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Ekiden API</title>
    <link rel="icon" type="image/svg+xml" href="${folder}favicon.svg" />
    <link rel="stylesheet" href="${folder}swagger-ui.css" />
    <link rel="stylesheet" href="${folder}page.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <noscript>This page needs JavaScript; the description itself is at /openapi.json.</noscript>
    <script src="${folder}swagger-ui-bundle.js"></script>
    <script src="${folder}page.js"></script>
  </body>
</html>
`;
}

/** Files beside the page that are not Swagger UI's own, by name. */
export const PAGE_FILES: Readonly<
  Record<string, { readonly type: string; readonly text: string }>
> = {
  'page.js': {
    type: 'text/javascript; charset=utf-8',
    text: `'use strict';
const here = document.currentScript.src;
window.addEventListener('load', () => {
  SwaggerUIBundle({
    // with ids of what runs at this moment, where examples name some
    url: new URL('../openapi.json?examples=live', here).href,
    dom_id: '#swagger-ui',
    deepLinking: true,
    docExpansion: 'none',
    filter: true,
    persistAuthorization: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 3,
    defaultModelRendering: 'example',
    validatorUrl: null,
  });
});
`,
  },
  'page.css': {
    type: 'text/css; charset=utf-8',
    text: `html { box-sizing: border-box; overflow-y: scroll; }
*, *::before, *::after { box-sizing: inherit; }
body { margin: 0; background: #fafafa; }
/* one server, links nowhere, a padlock at the top is enough */
.swagger-ui .servers-title, .swagger-ui .servers, .swagger-ui .response-col_links,
.swagger-ui .info .main > a, .swagger-ui .opblock-summary .authorization__btn { display: none; }
.swagger-ui .info { margin: 2rem 0 1rem; }
.swagger-ui .info code { color: #1d3557; }
.swagger-ui .scheme-container { margin: 0; padding: 0.5rem 0; background: none; box-shadow: none; }
.swagger-ui .responses-inner .response .highlight-code > pre { max-height: 16rem; }
noscript { display: block; margin: 2rem; font: 1rem/1.5 sans-serif; }
`,
  },
  'favicon.svg': {
    type: 'image/svg+xml',
    // a relay: one runner hands on to the next
    text: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <rect width="32" height="32" rx="7" fill="#1d3557"/>
  <path d="M7 22 17 10" stroke="#f1faee" stroke-width="4" stroke-linecap="round"/>
  <path d="M15 22 25 10" stroke="#e63946" stroke-width="4" stroke-linecap="round"/>
</svg>
`,
  },
};
