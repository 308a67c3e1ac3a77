// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that misbehaves on request: its probe or its remove sleeps, out of reach of any signal,
 * or its probe fails.  It claims one kind of PCI device and is never loaded by itself, having no
 * device table that modprobe could see.
 *
 *     modprobe had_hang device=0x100e probe_seconds=-1
 *     echo 1 >/sys/module/had_hang/parameters/release     ends every sleep
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/pci.h>

static uint vendor = 0x8086;
module_param(vendor, uint, 0444);
static uint device = 0x100e;
module_param(device, uint, 0444);
MODULE_PARM_DESC(device, "the device to claim; the default is QEMU's e1000");

static int probe_seconds;
module_param(probe_seconds, int, 0644);
MODULE_PARM_DESC(probe_seconds, "how long probe sleeps; -1: until released");
static int remove_seconds;
module_param(remove_seconds, int, 0644);
MODULE_PARM_DESC(remove_seconds, "how long remove sleeps; -1: until released");
static int error;
module_param(error, int, 0644);
MODULE_PARM_DESC(error, "what probe fails with, e.g. 5 for EIO; 0: it succeeds");
static bool release;
module_param(release, bool, 0644);
MODULE_PARM_DESC(release, "true wakes every sleeper");

static void sleep_for(int seconds)
{
	unsigned long end = jiffies + seconds * HZ;

	while (!READ_ONCE(release) && (seconds < 0 || time_before(jiffies, end)))
		msleep(20);
}

static int had_hang_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	pci_info(dev, "had_hang: probe sleeps for %d s, then returns %d\n", probe_seconds, -error);
	sleep_for(probe_seconds);
	return -error;
}

static void had_hang_remove(struct pci_dev *dev)
{
	pci_info(dev, "had_hang: remove sleeps for %d s\n", remove_seconds);
	sleep_for(remove_seconds);
}

static struct pci_device_id had_hang_ids[2]; /* the second one ends the table */

static struct pci_driver had_hang_driver = {
	.name = "had_hang",
	.id_table = had_hang_ids,
	.probe = had_hang_probe,
	.remove = had_hang_remove,
};

static int __init had_hang_init(void)
{
	had_hang_ids[0] = (struct pci_device_id){ PCI_DEVICE(vendor, device) };
	return pci_register_driver(&had_hang_driver);
}

static void __exit had_hang_exit(void)
{
	pci_unregister_driver(&had_hang_driver);
}

module_init(had_hang_init);
module_exit(had_hang_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a driver that misbehaves on request");
