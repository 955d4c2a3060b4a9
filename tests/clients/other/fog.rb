# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Image work with fog for Ruby: a snapshot of a disk, an image of it, and both away again.
require "json"
require "uri"

# The library is of 2018, and calls what Ruby 3 has under another name.
def URI.encode(text, unsafe = nil)
  unsafe ? URI::DEFAULT_PARSER.escape(text, unsafe) : URI::DEFAULT_PARSER.escape(text)
end
require "fog/aliyun"

client = Fog::Compute.new(
  provider: :aliyun,
  aliyun_url: ENV.fetch("ENDPOINT"),
  aliyun_accesskey_id: ENV.fetch("ALIBABA_CLOUD_ACCESS_KEY_ID"),
  aliyun_accesskey_secret: ENV.fetch("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
  aliyun_region_id: "cn-hangzhou",
  aliyun_zone_id: "cn-hangzhou-a",
)

def wait
  600.times do
    found = yield
    return found if found

    sleep 0.05
  end
  raise "not there in time"
end

task = JSON.parse(ARGV.fetch(0))
servers = client.servers.all.map { |one| one["InstanceId"] }
raise "no such server" unless servers.include?(task["instance"])

disk = client.volumes.all.find { |one| one.server_id == task["instance"] }
snapshot = JSON.parse(client.create_snapshot(disk.id, name: "fog").body)["SnapshotId"]
wait { client.snapshots.all.find { |one| one.id == snapshot && one.state == "accomplished" } }
made = ["fog", "fog-2"].map { |name| JSON.parse(client.create_image(snapshot, name: name).body)["ImageId"] }
made.each { |id| wait { client.images.all(imageId: id).find(&:ready?) } }
client.images.get(made.last).destroy
puts JSON.generate(image: made.first, deleted: made.last, snapshot: snapshot)
