// Calls the archive through openapi-fetch, whose types come from its OpenAPI
// document, and prints what it answers.

import createClient from "openapi-fetch";
import type { paths } from "./openapi.js";

declare const process: { argv: string[] };

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });
const document = "/v1/shelves/{shelvesId}/documents/{documentsId}";

const found = await client.GET(document, {
  params: { path: { shelvesId: "1", documentsId: "2" } },
});
const title: string | undefined = found.data?.title;

const missing = await client.GET(document, {
  params: { path: { shelvesId: "1", documentsId: "missing" } },
});
const status: string | undefined = missing.error?.error.status;

const said = await client.POST("/archive.v1.Archive/Echo", {
  body: { anInt64: "9007199254740993", kinds: ["LETTER"], byBool: { true: "yes" } },
});
const long: string | undefined = said.data?.anInt64;

const listed = await client.GET("/v1/shelves/{shelvesId}/documents", {
  params: { path: { shelvesId: "1" }, query: { pageSize: 2, "filter.kinds": ["LETTER", "BILL"] } },
});

const { anInt64, kinds, byBool } = said.data ?? {};
console.log(JSON.stringify({ title, status, long, anInt64, kinds, byBool, listed: listed.response.status }));
