// Copyright: imageops.alicloud contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Image work with the second major version of the typed client for Node, which writes its tags in lower case.
"use strict";
const Ecs = require("ecs-two");
const { Config } = require("@alicloud/openapi-client");

const HOME = "cn-hangzhou";
const client = new Ecs.default(
  new Config({
    accessKeyId: process.env.ALIBABA_CLOUD_ACCESS_KEY_ID,
    accessKeySecret: process.env.ALIBABA_CLOUD_ACCESS_KEY_SECRET,
    endpoint: process.env.ENDPOINT.replace(/^https?:\/\//, ""),
    protocol: process.env.ENDPOINT.startsWith("https") ? "https" : "http",
    regionId: HOME,
  }),
);
const pause = () => new Promise((done) => setTimeout(done, 50));

async function wait(regionId, imageId) {
  for (let round = 0; round < 600; round += 1) {
    const request = new Ecs.DescribeImagesRequest({ regionId, imageId, status: "Creating,Waiting,Available" });
    const found = (await client.describeImages(request)).body.images.image;
    if (found.length && found[0].status === "Available") return;
    await pause();
  }
  throw new Error(`${imageId} in ${regionId}: not Available in time`);
}

async function main({ instance, account, regions }) {
  const tag = [new Ecs.CreateImageRequestTag({ key: "made by", value: "node" })];
  const request = new Ecs.CreateImageRequest({ regionId: HOME, instanceId: instance, imageName: "node-two", tag });
  const source = (await client.createImage(request)).body.imageId;
  await wait(HOME, source);
  const copies = {};
  for (const region of regions) {
    const copy = new Ecs.CopyImageRequest({
      regionId: HOME,
      imageId: source,
      destinationRegionId: region,
      destinationImageName: "two-copy",
      tag: [new Ecs.CopyImageRequestTag({ key: "made by", value: "node" })],
    });
    copies[region] = (await client.copyImage(copy)).body.imageId;
  }
  const last = regions[regions.length - 1];
  await client.cancelCopyImage(new Ecs.CancelCopyImageRequest({ regionId: last, imageId: copies[last] }));
  for (const regionId of regions.slice(0, -1)) {
    await wait(regionId, copies[regionId]);
    const share = { regionId, imageId: copies[regionId], addAccount: [account] };
    await client.modifyImageSharePermission(new Ecs.ModifyImageSharePermissionRequest(share));
  }
  console.log(JSON.stringify({ source, copies }));
}

main(JSON.parse(process.argv[2])).catch((error) => {
  console.error(error);
  process.exit(1);
});
