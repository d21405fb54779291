/** What the document begins with: from nothing to a running app. Markdown. */
export const INTRODUCTION = `
Ekiden runs long-running services. You describe an **app**; it places the instances, keeps the
promised number running, replaces them step by step when the definition changes, and says why when
something does not run. It speaks Marathon's API: clients and definitions for that work here.

### Two minutes to a running app

1. Open **Apps**, \`POST /v2/apps\`, press *Try it out* and *Execute*: three small web servers. Or:

   \`\`\`
   curl -X POST localhost:8080/v2/apps -d @examples/hello.json
   \`\`\`

2. **Tasks**, \`GET /v2/apps/{id}/tasks\`: where they run. Open \`http://<host>:<port>/\` of one.
3. **Apps**, \`PUT /v2/apps/{id}\`: scale to five, or change the greeting and watch
   **Deployments**, \`GET /v2/deployments\`, replace the instances one after the other.
4. **Why**, \`GET /v2/why\`: what holds an app back that does not run.
5. **Apps**, \`DELETE /v2/apps/{id}\`: gone.

*Try it out* works on the service itself: what you execute here, happens.

### Good to know

- **Ids** are paths: \`/v2/apps/shop/web\` is the app \`/shop/web\`, in the group \`/shop\`.
- **Changes** answer at once with a deployment (header \`Marathon-Deployment-Id\`), which then runs.
  What a running deployment is at cannot be changed by another one (409), unless \`force=true\`
  takes over. \`GET /v2/events\` tells when it is done.
- **Bodies** are JSON. Unknown keys are ignored, \`null\` means not given.
- **Errors** are JSON with a \`message\`; wrong definitions (422) come with every violation and its
  path in \`details\`. A fault of the service itself is a 500 of the same form.
- **Reading** is cheap: send the \`ETag\` of the last answer as \`If-None-Match\`; 304 means nothing
  has changed.
- \`HEAD\` works wherever \`GET\` does; \`OPTIONS\` names the methods of an address.

This description as a file: [openapi.json](/openapi.json), [openapi.yaml](/openapi.yaml).
`.trim();
