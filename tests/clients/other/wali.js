// Copyright: imageops.alicloud contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Image work with waliyun, which has one address for all regions, and sends an action as its caller writes it.
"use strict";
const { ECS } = require("waliyun");

const HOME = "cn-hangzhou";
const client = ECS({ AccessKeyId: process.env.ALICLOUD_ACCESS_KEY, AccessKeySecret: process.env.ALICLOUD_SECRET_KEY });
const pause = () => new Promise((done) => setTimeout(done, 50));

// A refusal is an answer like others to it.
async function call(action, params) {
  const answer = await client[action](params);
  if (answer.Code) throw new Error(`${action}: ${answer.Code}: ${answer.Message}`);
  return answer;
}

async function wait(RegionId, ImageId, gone) {
  for (let round = 0; round < 600; round += 1) {
    const found = (await call("describeImages", { RegionId, ImageId, Status: "Creating,Waiting,Available" })).Images.Image;
    if (gone ? !found.length : found.length && found[0].Status === "Available") return;
    await pause();
  }
  throw new Error(`${ImageId} in ${RegionId}: not there in time`);
}

async function main({ instance, account, regions }) {
  const source = (await call("createImage", { RegionId: HOME, InstanceId: instance, ImageName: "wali" })).ImageId;
  await wait(HOME, source);
  const copies = {};
  for (const region of regions) {
    const copy = { RegionId: HOME, ImageId: source, DestinationRegionId: region, DestinationImageName: "wali-copy" };
    copies[region] = (await call("copyImage", copy)).ImageId;
  }
  const last = regions[regions.length - 1];
  await call("cancelCopyImage", { RegionId: last, ImageId: copies[last] });
  await wait(last, copies[last], true);
  await call("modifyImageSharePermission", { RegionId: HOME, ImageId: source, "AddAccount.1": account });
  console.log(JSON.stringify({ source, copies }));
}

main(JSON.parse(process.argv[2])).catch((error) => {
  console.error(error);
  process.exit(1);
});
