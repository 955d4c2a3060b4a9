// Copyright: imageops.alicloud contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Image work with the provider's first client for Node, whose time stamps have milliseconds.
"use strict";
const ALY = require("aliyun-sdk");

const HOME = "cn-hangzhou";
const STATES = "Creating,Waiting,Available";
const client = new ALY.ECS({
  accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
  secretAccessKey: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
  endpoint: process.env.ENDPOINT,
  apiVersion: "2014-05-26",
});
const pause = () => new Promise((done) => setTimeout(done, 50));
const call = (name, params) =>
  new Promise((done, fail) => client[name](params, (error, data) => (error ? fail(error) : done(data))));

async function wait(RegionId, ImageId) {
  for (let round = 0; round < 600; round += 1) {
    const found = (await call("describeImages", { RegionId, ImageId, Status: STATES })).Images.Image;
    if (found.length && found[0].Status === "Available") return;
    await pause();
  }
  throw new Error(`${ImageId} in ${RegionId}: not Available in time`);
}

async function main({ instance, account, regions }) {
  const made = { RegionId: HOME, InstanceId: instance, ImageName: "aly-source" };
  const source = (await call("createImage", made)).ImageId;
  await wait(HOME, source);
  const copies = {};
  for (const region of regions) {
    const copy = { RegionId: HOME, ImageId: source, DestinationRegionId: region, DestinationImageName: "aly-copy" };
    copies[region] = (await call("copyImage", copy)).ImageId;
  }
  const last = regions[regions.length - 1];
  await call("cancelCopyImage", { RegionId: last, ImageId: copies[last] });
  for (const RegionId of regions.slice(0, -1)) {
    const ImageId = copies[RegionId];
    await wait(RegionId, ImageId);
    await call("modifyImageSharePermission", { RegionId, ImageId, "AddAccount.1": account });
    const tags = { RegionId, ResourceType: "image", ResourceId: ImageId, "Tag.1.Key": "made by", "Tag.1.Value": "node" };
    await call("addTags", tags);
  }
  console.log(JSON.stringify({ source, copies }));
}

main(JSON.parse(process.argv[2])).catch((error) => {
  console.error(error);
  process.exit(1);
});
