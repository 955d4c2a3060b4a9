// Copyright: imageops.alicloud contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Image work with generic calls of the client for Node: any action by its name, fields in the query or in a form.
"use strict";
const OpenApi = require("generic-client");
const { default: Util } = require("@alicloud/openapi-util");
const { RuntimeOptions } = require("@alicloud/tea-util");

const HOME = "cn-hangzhou";
const secure = process.env.ENDPOINT.startsWith("https");
const client = new OpenApi.default(
  new OpenApi.Config({
    accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    endpoint: process.env.ENDPOINT.replace(/^https?:\/\//, ""),
  }),
);
const pause = () => new Promise((done) => setTimeout(done, 50));

async function call(action, method, request) {
  const params = new OpenApi.Params({
    action,
    version: "2014-05-26",
    protocol: secure ? "HTTPS" : "HTTP",
    method,
    authType: "AK",
    style: "RPC",
    pathname: "/",
    reqBodyType: "formData",
    bodyType: "json",
  });
  return (await client.callApi(params, new OpenApi.OpenApiRequest(request), new RuntimeOptions({}))).body;
}
const get = (action, fields) => call(action, "GET", { query: Util.query(fields) });
const post = (action, fields) => call(action, "POST", { query: Util.query(fields) });
const form = (action, body) => call(action, "POST", { body });

async function wait(RegionId, ImageId) {
  for (let round = 0; round < 600; round += 1) {
    const found = (await get("DescribeImages", { RegionId, ImageId, Status: "Creating,Waiting,Available" })).Images.Image;
    if (found.length && found[0].Status === "Available") return;
    await pause();
  }
  throw new Error(`${ImageId} in ${RegionId}: not Available in time`);
}

async function main({ instance, account, regions }) {
  const source = (await post("CreateImage", { RegionId: HOME, InstanceId: instance, ImageName: "generic" })).ImageId;
  await wait(HOME, source);
  const copies = {};
  for (const region of regions) {
    const copy = { RegionId: HOME, ImageId: source, DestinationRegionId: region, DestinationImageName: "generic-copy" };
    copies[region] = (await form("CopyImage", { ...copy, Tag: [{ Key: "made by", Value: "node" }] })).ImageId;
  }
  const last = regions[regions.length - 1];
  await form("CancelCopyImage", { RegionId: last, ImageId: copies[last] });
  for (const RegionId of regions.slice(0, -1)) {
    await wait(RegionId, copies[RegionId]);
    await post("ModifyImageSharePermission", { RegionId, ImageId: copies[RegionId], AddAccount: [account] });
  }
  console.log(JSON.stringify({ source, copies }));
}

main(JSON.parse(process.argv[2])).catch((error) => {
  console.error(error);
  process.exit(1);
});
