#include "had/sys/uevent.hpp"

#include "had/sys/fd.hpp"
#include "had/sys/uevent_decode.hpp"
#include "test/boost_test.hpp"
#include "test/unit/sys/support.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstring>

using namespace had;
using namespace had::core;
using namespace had::sys;
namespace fs = std::filesystem;

namespace {

std::vector<Event> decoded(const Properties& event, const fs::path& root = "/nowhere",
                           bool settled = true) {
    std::vector<Event> events;
    decode_uevent(event, settled, root, [&](Event e) { events.push_back(std::move(e)); });
    return events;
}

const std::string card = "/devices/pci0000:00/0000:00:05.0/0000:01:04.0";

Properties pci(const std::string& action) {
    return {{"ACTION", action},
            {"DEVPATH", card},
            {"SUBSYSTEM", "pci"},
            {"PCI_CLASS", "20000"},
            {"PCI_ID", "8086:100E"},
            {"PCI_SUBSYS_ID", "1AF4:1100"},
            {"PCI_SLOT_NAME", "0000:01:04.0"}};
}
Properties net(const std::string& action, const std::string& parent) {
    return {{"ACTION", action},
            {"DEVPATH", parent + "/net/eth3"},
            {"SUBSYSTEM", "net"},
            {"INTERFACE", "eth3"},
            {"IFINDEX", "7"}};
}

PciFunction e1000() {
    PciFunction f;
    f.chain = {{0, 0, 5, 0}, {0, 1, 4, 0}};
    f.vendor = 0x8086;
    f.device = 0x100e;
    f.subvendor = 0x1af4;
    f.subdevice = 0x1100;
    f.class_code = 0x020000;
    return f;
}

// Sends a uevent to whoever listens in this network namespace, as the kernel would
// (lib/kobject_uevent.c, uevent_net_rcv_skb); other namespaces do not hear it.
bool inject(const Properties& event) {
    std::string text = event.at("ACTION") + "@" + event.at("DEVPATH") + '\0';
    for (const auto& [key, value] : event)
        text += key + "=" + value + '\0';
    std::vector<char> bytes(NLMSG_HDRLEN + text.size());
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(bytes.size());
    header.nlmsg_type = NLMSG_MIN_TYPE;
    header.nlmsg_flags = NLM_F_REQUEST;
    std::memcpy(bytes.data(), &header, sizeof header);
    std::memcpy(bytes.data() + NLMSG_HDRLEN, text.data(), text.size());
    const UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT));
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    return ::sendto(fd.get(), bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&kernel),
                    sizeof kernel) > 0;
}

std::vector<Event> heard(Uevents& uevents) {
    std::vector<Event> events;
    uevents.drain([&](Event e) { events.push_back(std::move(e)); });
    return events;
}

} // namespace

BOOST_AUTO_TEST_SUITE(uevent)

BOOST_AUTO_TEST_CASE(a_card_comes_with_its_ids_and_its_place) {
    const auto events = decoded(pci("add"));
    BOOST_REQUIRE(events.size() == 1);
    BOOST_CHECK(std::get<FunctionSeen>(events[0]).function == e1000());
}

BOOST_AUTO_TEST_CASE(bind_and_unbind_tell_the_driver_without_sysfs) {
    auto bind = pci("bind");
    bind["DRIVER"] = "e1000";
    BOOST_TEST(std::get<FunctionSeen>(decoded(bind).at(0)).function.driver == "e1000");
    BOOST_TEST(std::get<FunctionSeen>(decoded(pci("unbind")).at(0)).function.driver == "");
}

BOOST_AUTO_TEST_CASE(a_card_goes_by_its_address) {
    const PciAddress expected{0, 1, 4, 0};
    BOOST_CHECK(std::get<FunctionGone>(decoded(pci("remove")).at(0)).address == expected);
}

BOOST_AUTO_TEST_CASE(a_virtual_function_is_known_by_its_link) {
    const test::TempDir root;
    fs::create_directories(root.path() / ("sys" + card));
    fs::create_symlink("../0000:01:03.0", root.path() / ("sys" + card) / "physfn");
    BOOST_TEST(std::get<FunctionSeen>(decoded(pci("add"), root.path()).at(0)).function.is_virtual);
}

BOOST_AUTO_TEST_CASE(an_interface_belongs_to_the_nearest_function_above_it) {
    const test::TempDir root;
    const auto virtio = card + "/virtio3";
    root.write("sys" + virtio + "/net/eth3/dev_port", "1\n");
    const NetDevice expected{7, {0, 1, 4, 0}, 1, false};
    BOOST_CHECK(
        std::get<NetDeviceSeen>(decoded(net("add", virtio), root.path(), false).at(0)).device ==
        expected);
    BOOST_TEST(std::get<NetDeviceGone>(decoded(net("remove", virtio)).at(0)).index == 7);
}

BOOST_AUTO_TEST_CASE(interfaces_without_a_card_and_other_subsystems_are_no_news) {
    BOOST_TEST(decoded(net("add", "/devices/virtual")).empty());
    auto queue = net("add", card);
    queue["SUBSYSTEM"] = "queues";
    BOOST_TEST(decoded(queue).empty());
    BOOST_TEST(decoded({}).empty());
}

BOOST_AUTO_TEST_CASE(an_interface_without_an_index_of_its_own_is_no_news) {
    for (const char* index : {"0", "-7", ""}) {
        Properties event = net("add", card);
        event["IFINDEX"] = index;
        BOOST_TEST(decoded(event).empty(), index);
        event["ACTION"] = "remove";
        BOOST_TEST(decoded(event).empty(), index);
    }
}

BOOST_AUTO_TEST_CASE(a_renamed_slot_is_one_gone_and_one_seen) {
    const test::TempDir root;
    root.write("sys/bus/pci/slots/2-1/address", "0000:01:04\n");
    const auto events = decoded({{"ACTION", "move"},
                                 {"SUBSYSTEM", "slots"},
                                 {"DEVPATH", "/bus/pci/slots/2-1"},
                                 {"DEVPATH_OLD", "/bus/pci/slots/2"}},
                                root.path());
    BOOST_REQUIRE(events.size() == 2);
    BOOST_TEST(std::get<SlotGone>(events[0]).name == "2");
    const KernelSlot expected{"2-1", 0, 1, 4, "", false, false};
    BOOST_CHECK(std::get<SlotSeen>(events[1]).slot == expected);
}

BOOST_AUTO_TEST_CASE(udev_is_the_source_only_where_udevd_runs) {
    const test::TempDir root;
    BOOST_CHECK(choose_event_source(EventSource::automatic, root.path()) == EventSource::kernel);
    root.write("run/udev/control", "");
    BOOST_CHECK(choose_event_source(EventSource::automatic, root.path()) == EventSource::udev);
    BOOST_CHECK(choose_event_source(EventSource::kernel, root.path()) == EventSource::kernel);
}

BOOST_AUTO_TEST_CASE(the_kernels_events_are_heard_in_order_and_filtered) {
    HAD_TRY(test::fresh_network());
    Uevents uevents(EventSource::kernel);
    HAD_TRY(inject(pci("add")));
    auto queue = net("add", card);
    queue["SUBSYSTEM"] = "queues";
    inject(queue);
    inject(net("add", card));
    const auto events = heard(uevents);
    BOOST_REQUIRE(events.size() == 2);
    BOOST_CHECK(std::get<FunctionSeen>(events[0]).function == e1000());
    BOOST_CHECK((std::get<NetDeviceSeen>(events[1]).device == NetDevice{7, {0, 1, 4, 0}, 0, true}));
    BOOST_TEST(heard(uevents).empty());
}

BOOST_AUTO_TEST_CASE(before_udevd_has_named_it_an_interface_is_not_settled) {
    HAD_TRY(test::fresh_network());
    Uevents uevents(EventSource::udev);
    HAD_TRY(inject(net("add", card)));
    inject(pci("add")); // udevd will tell
    const auto events = heard(uevents);
    BOOST_REQUIRE(events.size() == 1);
    BOOST_TEST(!std::get<NetDeviceSeen>(events[0]).device.settled);
}

BOOST_AUTO_TEST_CASE(an_overrun_ends_in_a_scan) {
    HAD_TRY(test::fresh_network());
    const test::TempDir root;
    root.write("sys/bus/pci/slots/2/address", "0000:01:04\n");
    Uevents uevents(EventSource::kernel, root.path());
    const int least = 1;
    for (const int fd : uevents.fds())
        BOOST_REQUIRE(::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &least, sizeof least) == 0);
    HAD_TRY(inject(pci("add")));
    for (int i = 0; i < 20; ++i)
        inject(pci("change"));
    const auto events = heard(uevents);
    BOOST_TEST(uevents.overruns() == 1);
    BOOST_REQUIRE(!events.empty());
    BOOST_REQUIRE(std::get<DevicesScanned>(events.back()).slots.size() == 1);
    inject(pci("remove")); // and it hears on
    BOOST_TEST(heard(uevents).size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
