// Copyright: imageops.alicloud contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Image work with aliyungo, which asks the location service for each region's endpoint.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/denverdino/aliyungo/common"
	"github.com/denverdino/aliyungo/ecs"
)

type task struct {
	Instance string
	Account  string
	Regions  []common.Region
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func client(region common.Region) *ecs.Client {
	return ecs.NewECSClient(os.Getenv("ALICLOUD_ACCESS_KEY"), os.Getenv("ALICLOUD_SECRET_KEY"), region)
}

func wait(region common.Region, image string) {
	for round := 0; round < 600; round++ {
		found, _, err := client(region).DescribeImages(&ecs.DescribeImagesArgs{RegionId: region, ImageId: image})
		must(err)
		if len(found) == 1 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	panic(image + " is not there in time")
}

func main() {
	var asked task
	must(json.Unmarshal([]byte(os.Args[1]), &asked))
	home := common.Hangzhou
	at := client(home)
	source, err := at.CreateImage(&ecs.CreateImageArgs{RegionId: home, InstanceId: asked.Instance, ImageName: "go"})
	must(err)
	wait(home, source)
	must(at.AddTags(&ecs.AddTagsArgs{
		RegionId: home, ResourceType: "image", ResourceId: source, Tag: map[string]string{"made by": "go"},
	}))
	_, _, err = at.DescribeSnapshots(&ecs.DescribeSnapshotsArgs{RegionId: home})
	must(err)
	copies := map[common.Region]string{}
	for _, region := range asked.Regions {
		copies[region], err = at.CopyImage(&ecs.CopyImageArgs{
			RegionId: home, ImageId: source, DestinationRegionId: region, DestinationImageName: "go-copy",
		})
		must(err)
	}
	for _, region := range asked.Regions {
		wait(region, copies[region])
		must(client(region).ModifyImageSharePermission(&ecs.ModifyImageSharePermissionArgs{
			RegionId: region, ImageId: copies[region], AddAccount: []string{asked.Account},
		}))
	}
	said, err := json.Marshal(map[string]interface{}{"source": source, "copies": copies})
	must(err)
	fmt.Println(string(said))
}
