// Copyright: imageops.alicloud contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Image work with the generic client for Node: the older signature, GET and POST.
"use strict";
const Core = require("@alicloud/pop-core");

const HOME = "cn-hangzhou";
const client = new Core({
  accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
  accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
  endpoint: process.env.ENDPOINT,
  apiVersion: "2014-05-26",
});
const pause = () => new Promise((done) => setTimeout(done, 50));
const get = (action, params) => client.request(action, params);
const post = (action, params) => client.request(action, params, { method: "POST" });

async function wait(RegionId, ImageId) {
  for (let round = 0; round < 600; round += 1) {
    const found = (await get("DescribeImages", { RegionId, ImageId, Status: "Creating,Waiting,Available" })).Images.Image;
    if (found.length && found[0].Status === "Available") return;
    await pause();
  }
  throw new Error(`${ImageId} in ${RegionId}: not Available in time`);
}

async function main({ instance, account, regions }) {
  const image = { RegionId: HOME, InstanceId: instance, ImageName: "node-core" };
  const source = (await post("CreateImage", image)).ImageId;
  await wait(HOME, source);
  const copies = {};
  for (const region of regions) {
    const copy = { RegionId: HOME, ImageId: source, DestinationRegionId: region, DestinationImageName: "core-copy" };
    copies[region] = (await get("CopyImage", { ...copy, "Tag.1.Key": "made by", "Tag.1.Value": "node" })).ImageId;
  }
  const last = regions[regions.length - 1];
  await get("CancelCopyImage", { RegionId: last, ImageId: copies[last] });
  for (const region of regions.slice(0, -1)) {
    await wait(region, copies[region]);
    const share = { RegionId: region, ImageId: copies[region], "AddAccount.1": account };
    await post("ModifyImageSharePermission", share);
  }
  console.log(JSON.stringify({ source, copies }));
}

main(JSON.parse(process.argv[2])).catch((error) => {
  console.error(error);
  process.exit(1);
});
