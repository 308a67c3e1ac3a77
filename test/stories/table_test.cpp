// The driver table that pcidb makes of the running kernel: checked, compared with the shipped one, used.
#include "test/boost_test.hpp"
#include "test/stories/had_story.hpp"

#include <filesystem>
#include <map>

using namespace had::test;

namespace {

// QEMU's network cards, all that this QEMU has; igb came with 8.0.  vmxnet3 is the far end's.
const std::vector<std::string> models = {"e1000", "e1000e", "igb", "rtl8139", "pcnet", "tulip",
                                         "ne2k_pci", "virtio", "virtio-net-pci-non-transitional"};
// Of one driver, e100, which cannot be opened yet when it announces its interface.  Not the i82551: it cannot
// be opened without a firmware that is not free.
const std::vector<std::string> eepro100 = {"i82550", "i82557a", "i82557b", "i82557c", "i82558a", "i82558b",
                                           "i82559a", "i82559b", "i82559c", "i82559er", "i82562", "i82801"};

std::vector<std::string> present(Qmp& qmp, const std::vector<std::string>& all) {
    std::map<std::string, bool> known;
    for (const Json& type : qmp.execute("qom-list-types", {{"implements", "pci-device"}}))
        known[type.at("name")] = true;
    std::vector<std::string> found;
    for (const std::string& model : all)
        if (known.contains(device_of(model))) found.push_back(model);
    return found;
}

Options without_cables() {
    Options options;
    options.cables = 0;
    return options;
}

struct Built : HadStory {
    Built() : HadStory(without_cables()) {
        guest.expect("pcidb build -o /etc/pcidrivers.conf", 60s);
    }
    // What is tried for each claim, in this order.
    std::map<std::string, std::vector<std::string>> claims(const std::string& table) {
        std::map<std::string, std::vector<std::string>> claims;
        const Json list = Json::parse(guest.expect("pcidb -t " + table + " --json list"));
        for (const Json& module : list.at("modules"))
            for (const Json& claim : module.at("claims"))
                claims[claim.at("claim")].push_back(module.at("module"));
        return claims;
    }
    void serve(const std::vector<std::string>& cards) {
        BOOST_TEST_REQUIRE(cards.size() >= 8u);
        std::string conf =
            "[bond bond0]\nmode = active-backup\nmiimon = 100\n[config port]\nbond = bond0\n[devices]\n";
        for (std::size_t i = 0; i < cards.size(); ++i) {
            const int slot = static_cast<int>(i) + 2;
            chassis.insert(slot, {cards[i]});
            conf += std::to_string(slot) + " = port\n";
        }
        start(conf);
        for (std::size_t i = 0; i < cards.size(); ++i) {
            const std::string slot = std::to_string(i + 2);
            BOOST_TEST_CONTEXT(cards[i]) wait(slot, "healthy", 60s);
        }
        BOOST_TEST_MESSAGE(status());
    }
    // A tree of modules with this one, where a driver from elsewhere is installed.
    std::string table_with(const std::string& module) {
        guest.expect("rm -rf /run/k && mkdir -p /run/k/lib/modules/6.1.0/updates/dkms && "
                     "cp /lib/modules/*/kernel/" + module + "* /run/k/lib/modules/6.1.0/updates/dkms && "
                     "touch /run/k/lib/modules/6.1.0/modules.order /run/k/lib/modules/6.1.0/modules.builtin && "
                     "depmod -b /run/k 6.1.0", 60s);
        return guest.expect("pcidb build --modules /run/k/lib/modules --kernel 6.1.0", 60s);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(pcidb)

BOOST_FIXTURE_TEST_CASE(a_built_table_is_right_and_says_what_the_shipped_one_says, Built) {
    const std::string checked = guest.expect("pcidb check /etc/pcidrivers.conf");
    BOOST_TEST_MESSAGE(checked);
    BOOST_TEST(checked.find("has no module") == std::string::npos, checked);
    guest.expect("pcidb build | cmp - /etc/pcidrivers.conf", 60s);

    // The shipped one is a selection, made by hand for every kernel from 6.1 on.
    const auto built = claims("/etc/pcidrivers.conf");
    const auto shipped = claims(std::filesystem::absolute("etc/pcidrivers.conf"));
    BOOST_TEST(shipped.size() > 900u);
    BOOST_TEST(built.size() > shipped.size());
    for (const auto& [claim, modules] : shipped) {
        const auto found = built.find(claim);
        BOOST_TEST((found != built.end() && found->second.front() == modules.front()), claim);
    }
}

BOOST_FIXTURE_TEST_CASE(a_driver_from_outside_the_kernel_is_known_by_what_it_does, Built) {
    BOOST_TEST(table_with("drivers/net/ethernet/intel/e1000/e1000.ko").find("[e1000]\nid = 8086:1000") !=
               std::string::npos);
    BOOST_TEST(table_with("drivers/net/wireless/intel/ipw2x00/ipw2200.ko").find("[ipw") == std::string::npos);
    BOOST_TEST(table_with("drivers/ata/ahci.ko").find("[ahci]") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(every_card_that_qemu_models_serves_by_the_built_table, Built) {
    serve(present(emulated().qmp(), models));
}

BOOST_FIXTURE_TEST_CASE(every_card_of_the_i8255x_family_serves_by_the_built_table, Built) {
    serve(present(emulated().qmp(), eepro100));
}

BOOST_FIXTURE_TEST_CASE(options_of_the_table_are_in_force_when_another_loads_the_driver, Built) {
    guest.write_file("/etc/pcidrivers.conf", "[e1000]\nid = 8086:100e\noptions = debug=7 copybreak=128\n");
    guest.expect("mkdir -p /run/modprobe.d && pcidb modprobe -o /run/modprobe.d/had-options.conf && "
                 "modprobe e1000; rm /run/modprobe.d/had-options.conf");
    BOOST_TEST(guest.expect("cat /sys/module/e1000/parameters/copybreak") == "128");
}

BOOST_AUTO_TEST_SUITE_END()
