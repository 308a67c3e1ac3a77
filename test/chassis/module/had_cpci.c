// SPDX-License-Identifier: GPL-2.0
/*
 * A CompactPCI backplane (PICMG 2.1 hot swap) behind ordinary PCI bridges of an emulated machine, for
 * the kernel's real CompactPCI core.
 *
 * QEMU's cards are PCI cards.  What a CompactPCI card has besides is added here, between the kernel and
 * the bus: the accessors of each bridge's secondary bus are wrapped, so that function 0 of every card
 * shows the hot-swap capability, and a card whose handle is not closed yet, or that is dead or gone,
 * reads all ones with everything behind it.  Any pending insertion or extraction pulls ENUM#, which the
 * core polls.  All that follows is the core's own work.
 *
 *     modprobe had_cpci bridges=0x1d,0x1e        device numbers on bus 0: a domain of eight slots each
 *     echo 'insert 12' >/sys/module/had_cpci/parameters/hand
 *     cat /sys/module/had_cpci/parameters/slots
 *
 * The operator's hand, a word and a slot (1 to 8 in the first domain, 9 to 16 in the second):
 *
 *     insert   the card that the emulator has put there is pushed in, its handle closed
 *     open     the handle is opened: a wish, nothing more
 *     close    it is closed again
 *     pull     the card is out, whatever anybody thinks of it
 *     die      it stays in its place and answers no more
 *
 * When the LED lit, two times follow, in microseconds: since the core saw the opened handle and turned the
 * latch to 0; and how much of that it waited for its thread's next look, the card out of its books already.
 *
 * The card leaves the emulator by the machine's own ACPI method, which asks nobody: a driver that is
 * still bound to it finds out as it would in a real chassis.  There is no way to unload: a core whose
 * thread has ended cannot be stopped (cpci_hotplug_core.c cpci_stop_thread, a NULL dereference).
 */
#include <linux/acpi.h>
#include <linux/module.h>
#include <linux/pci.h>

#define SLOTS_A_DOMAIN 8
#define MAX_DOMAINS 2

#define CAP_AT 0xe0 /* free on every card that the stories use */
#define HS_INS 0x80 /* inserted, write one to clear */
#define HS_EXT 0x40 /* extraction wanted, write one to clear */
#define HS_LOO 0x08 /* the blue LED */
#define HS_EIM 0x02 /* ENUM# masked */

static int bridges[MAX_DOMAINS];
static int domains;
module_param_array(bridges, int, &domains, 0444);
MODULE_PARM_DESC(bridges, "device numbers of the bridges on bus 0, a domain each");

/* Not in the headers: drivers/pci/hotplug/cpci_hotplug.h.  Later kernels end the first structure after
 * check_irq; what follows is never looked at there. */
struct cpci_hp_controller_ops {
	int (*query_enum)(void);
	int (*enable_irq)(void);
	int (*disable_irq)(void);
	int (*check_irq)(void *dev_id);
	int (*hardware_test)(void *slot, u32 value);
	u8 (*get_power)(void *slot);
	int (*set_power)(void *slot, int value);
};

struct cpci_hp_controller {
	unsigned int irq;
	unsigned long irq_flags;
	char *devname;
	void *dev_id;
	char *name;
	struct cpci_hp_controller_ops *ops;
};

int cpci_hp_register_controller(struct cpci_hp_controller *controller);
int cpci_hp_register_bus(struct pci_bus *bus, u8 first, u8 last);
int cpci_hp_start(void);

struct seat {
	bool in, dead, open;
	u16 csr;
	ktime_t asked, gone, looked, lit; /* since the handle was opened; `looked` is the last before `lit` */
};

static struct domain {
	struct pci_bus *bus;
	struct pci_ops *ops; /* the bus's own */
	struct seat seats[SLOTS_A_DOMAIN];
} backplane[MAX_DOMAINS];

static ktime_t looked; /* when the core's thread read a hot-swap register */
static DEFINE_RAW_SPINLOCK(lock); /* the seats and that; the accessors run with interrupts off */
static DEFINE_MUTEX(hand_lock);	  /* an operator has one pair of hands */

static struct domain *domain_of(struct pci_bus *bus)
{
	int i;

	for (i = 0; i < domains; i++)
		if (backplane[i].bus == bus)
			return &backplane[i];
	return NULL;
}

/* A bus behind a card's own bridge inherits these accessors: the seat is found on the way up. */
static struct seat *seat_of(struct pci_bus *bus, unsigned int devfn, struct domain **found)
{
	int device;

	while (!(*found = domain_of(bus))) {
		devfn = bus->self->devfn;
		bus = bus->parent;
	}
	device = PCI_SLOT(devfn);
	return device >= 1 && device <= SLOTS_A_DOMAIN ? &(*found)->seats[device - 1] : NULL;
}

static bool is_hot_swap_function(struct domain *domain, struct pci_bus *bus, unsigned int devfn)
{
	return bus == domain->bus && PCI_FUNC(devfn) == 0;
}

/* The original double word with what a hot-swap card has in it. */
static u32 with_capability(struct domain *domain, unsigned int devfn, const struct seat *seat, int where,
			   u32 value)
{
	u32 status = 0, next = 0;

	switch (where) {
	case PCI_COMMAND:
		return value | PCI_STATUS_CAP_LIST << 16;
	case PCI_CAPABILITY_LIST:
		return (value & ~0xffu) | CAP_AT;
	case CAP_AT:
		domain->ops->read(domain->bus, devfn, PCI_STATUS, 2, &status);
		if (status & PCI_STATUS_CAP_LIST)
			domain->ops->read(domain->bus, devfn, PCI_CAPABILITY_LIST, 1, &next);
		return PCI_CAP_ID_CHSWP | next << 8 | (u32)seat->csr << 16;
	}
	return value;
}

/* Only the core's thread: who writes `power` reads the register too. */
static void note_look(struct seat *seat)
{
	looked = ktime_get();
	if (seat->csr & HS_EXT && !seat->asked)
		seat->asked = looked;
}

static int read_config(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *value)
{
	struct domain *domain;
	struct seat *seat = seat_of(bus, devfn, &domain);
	const int aligned = where & ~3, shift = (where & 3) * 8;
	unsigned long flags;
	u32 whole = ~0u;

	raw_spin_lock_irqsave(&lock, flags);
	if (seat && seat->in && !seat->dead) {
		domain->ops->read(bus, devfn, aligned, 4, &whole);
		if (is_hot_swap_function(domain, bus, devfn)) {
			whole = with_capability(domain, devfn, seat, aligned, whole);
			if (where == CAP_AT + 2 && current->flags & PF_KTHREAD)
				note_look(seat);
		}
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	*value = whole >> shift & (size == 4 ? ~0u : (1u << size * 8) - 1);
	return PCIBIOS_SUCCESSFUL;
}

static int write_config(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 value)
{
	struct domain *domain;
	struct seat *seat = seat_of(bus, devfn, &domain);
	unsigned long flags;
	int result = PCIBIOS_SUCCESSFUL;

	raw_spin_lock_irqsave(&lock, flags);
	if (!seat || !seat->in || seat->dead)
		;
	else if (!is_hot_swap_function(domain, bus, devfn) || (where & ~3) != CAP_AT)
		result = domain->ops->write(bus, devfn, where, size, value);
	else if (where == CAP_AT + 2 && size == 2) {
		seat->csr &= ~(value & (HS_INS | HS_EXT));
		if (value & ~seat->csr & HS_LOO) {
			seat->lit = ktime_get();
			seat->looked = looked;
		}
		seat->csr = (seat->csr & ~(HS_LOO | HS_EIM)) | (value & (HS_LOO | HS_EIM));
	}
	raw_spin_unlock_irqrestore(&lock, flags);
	return result;
}

static struct pci_ops wrapped = { .read = read_config, .write = write_config };

/* The last of a card's functions is the one that counts. */
static int note_removal(struct notifier_block *block, unsigned long event, void *device)
{
	struct pci_dev *function = to_pci_dev(device);
	struct domain *domain = domain_of(function->bus);
	const int number = PCI_SLOT(function->devfn);
	unsigned long flags;

	if (event != BUS_NOTIFY_REMOVED_DEVICE || !domain || number < 1 || number > SLOTS_A_DOMAIN)
		return NOTIFY_DONE;
	raw_spin_lock_irqsave(&lock, flags);
	domain->seats[number - 1].gone = ktime_get();
	raw_spin_unlock_irqrestore(&lock, flags);
	return NOTIFY_OK;
}

static struct notifier_block removals = { .notifier_call = note_removal };

static int query_enum(void)
{
	unsigned long flags;
	int i, n, pulled = 0;

	raw_spin_lock_irqsave(&lock, flags);
	for (i = 0; i < domains; i++)
		for (n = 0; n < SLOTS_A_DOMAIN; n++) {
			const struct seat *seat = &backplane[i].seats[n];

			if (seat->in && !seat->dead && !(seat->csr & HS_EIM))
				pulled |= seat->csr & (HS_INS | HS_EXT);
		}
	raw_spin_unlock_irqrestore(&lock, flags);
	return pulled != 0;
}

static struct cpci_hp_controller_ops controller_ops = { .query_enum = query_enum };
static struct cpci_hp_controller controller = { .name = "had_cpci", .ops = &controller_ops };

static bool is_there(struct domain *domain, int device)
{
	u32 id = ~0u;

	domain->ops->read(domain->bus, PCI_DEVFN(device, 0), PCI_VENDOR_ID, 4, &id);
	return id != ~0u;
}

/* Neither decodes nor masters the bus any more, nor does what is behind it: else it would go on
 * serving, whatever its configuration space reads.
 */
static void silence(struct domain *domain, int device)
{
	int function;

	for (function = 0; function < 8; function++)
		domain->ops->write(domain->bus, PCI_DEVFN(device, function), PCI_COMMAND, 2, 0);
}

/* Out of the emulated machine: \_SB.PCI0.PCEJ is what its _EJ0 methods call. */
static int eject(struct domain *domain, int device)
{
	union acpi_object values[2] = { { .type = ACPI_TYPE_INTEGER }, { .type = ACPI_TYPE_INTEGER } };
	struct acpi_object_list arguments = { ARRAY_SIZE(values), values };
	unsigned long long number;

	if (ACPI_FAILURE(acpi_evaluate_integer(ACPI_HANDLE(&domain->bus->self->dev), "BSEL", NULL, &number)))
		return -EIO;
	values[0].integer.value = number;
	values[1].integer.value = device;
	if (ACPI_FAILURE(acpi_evaluate_object(NULL, "\\_SB.PCI0.PCEJ", &arguments, NULL)))
		return -EIO;
	return 0;
}

static void change(struct seat *seat, struct seat now)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	*seat = now;
	raw_spin_unlock_irqrestore(&lock, flags);
}

static int move(const char *word, struct domain *domain, int device)
{
	struct seat *seat = &domain->seats[device - 1];
	struct seat now = *seat;

	if (!strcmp(word, "insert")) {
		if (seat->in)
			return -EBUSY;
		if (!is_there(domain, device))
			return -ENODEV;
		change(seat, (struct seat){ .in = true, .csr = HS_INS });
		return 0;
	}
	if (!seat->in)
		return -ENODEV;
	if (!strcmp(word, "open")) {
		now.open = true;
		now.csr |= HS_EXT;
		now.asked = now.gone = now.lit = 0;
	} else if (!strcmp(word, "close")) {
		now.open = false;
		now.csr |= HS_INS;
	} else if (!strcmp(word, "die")) {
		now.dead = true;
	} else if (!strcmp(word, "pull")) {
		now = (struct seat){};
	} else {
		return -EINVAL;
	}
	change(seat, now);
	if (now.in && !now.dead)
		return 0;
	silence(domain, device);
	return now.in ? 0 : eject(domain, device);
}

static int set_hand(const char *text, const struct kernel_param *param)
{
	char word[8];
	int slot, result;

	if (sscanf(text, "%7s %d", word, &slot) != 2)
		return -EINVAL;
	if (slot < 1 || slot > domains * SLOTS_A_DOMAIN)
		return -ERANGE;
	mutex_lock(&hand_lock);
	result = move(word, &backplane[(slot - 1) / SLOTS_A_DOMAIN], (slot - 1) % SLOTS_A_DOMAIN + 1);
	mutex_unlock(&hand_lock);
	return result;
}

static const struct kernel_param_ops hand_ops = { .set = set_hand };
module_param_cb(hand, &hand_ops, NULL, 0200);
MODULE_PARM_DESC(hand, "what the operator does: insert, open, close, pull or die, and a slot");

static int show_times(char *buffer, int length, const struct seat *seat)
{
	const ktime_t waited = seat->gone && seat->looked > seat->gone ? seat->looked - seat->gone : 0;

	return sysfs_emit_at(buffer, length, " %lld %lld", ktime_to_us(seat->lit - seat->asked),
			     ktime_to_us(waited));
}

/* What an operator sees who stands before the chassis, and has a watch. */
static int get_slots(char *buffer, const struct kernel_param *param)
{
	int slot, length = 0;

	for (slot = 1; slot <= domains * SLOTS_A_DOMAIN; slot++) {
		const struct seat *seat =
			&backplane[(slot - 1) / SLOTS_A_DOMAIN].seats[(slot - 1) % SLOTS_A_DOMAIN];

		length += sysfs_emit_at(buffer, length, "%d %s %s %s", slot, seat->in ? "in" : "out",
					seat->open ? "open" : "closed",
					seat->csr & HS_LOO ? "blue" : "dark");
		length += seat->asked && seat->lit ? show_times(buffer, length, seat) : 0;
		length += sysfs_emit_at(buffer, length, "\n");
	}
	return length;
}

static const struct kernel_param_ops slots_ops = { .get = get_slots };
module_param_cb(slots, &slots_ops, NULL, 0444);
MODULE_PARM_DESC(slots, "each slot, its card, its handle and its LED, and how long that took");

static int __init add_domain(struct domain *domain, int device)
{
	struct pci_dev *bridge = pci_get_domain_bus_and_slot(0, 0, PCI_DEVFN(device, 0));
	int n;

	if (!bridge || !bridge->subordinate) {
		pr_err("had_cpci: 0000:00:%02x.0 is no bridge\n", device);
		pci_dev_put(bridge);
		return -ENODEV;
	}
	domain->bus = bridge->subordinate; /* and the bridge is ours for ever */
	domain->ops = domain->bus->ops;
	for (n = 1; n <= SLOTS_A_DOMAIN; n++)
		domain->seats[n - 1].in = is_there(domain, n);
	return 0;
}

static int __init had_cpci_init(void)
{
	int i, result = cpci_hp_register_controller(&controller);

	if (result == 0)
		result = bus_register_notifier(&pci_bus_type, &removals);
	for (i = 0; result == 0 && i < domains; i++)
		result = add_domain(&backplane[i], bridges[i]);
	for (i = 0; result == 0 && i < domains; i++) {
		struct pci_bus *below;

		pci_bus_set_ops(backplane[i].bus, &wrapped);
		list_for_each_entry(below, &backplane[i].bus->children, node)
			pci_bus_set_ops(below, &wrapped);
		result = cpci_hp_register_bus(backplane[i].bus, 1, SLOTS_A_DOMAIN);
	}
	/* What was registered stays: whoever sees this failure has a machine that is to be switched off. */
	return result ? result : cpci_hp_start();
}

module_init(had_cpci_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a CompactPCI backplane with an operator's hand");
