// Single words of had.conf and of the command line: durations, addresses, places, names.
#include "had/core/config/config.hpp"
#include "had/core/base/duration.hpp"
#include "had/core/base/ip.hpp"
#include "had/core/world/module_options.hpp"
#include "had/core/base/names.hpp"
#include "had/core/base/pci.hpp"
#include "had/core/base/text.hpp"
#include "had/core/base/types.hpp"
#include "test/fuzz/target.hpp"

namespace had::test {
namespace {

using namespace core;

// What is read is printed, and read again as the same.
template <class From>
void check_word(std::string_view text, From from, std::string_view law) {
    const auto value = from(text);
    if (!value) return;
    const std::string printed = to_string(*value);
    must(from(printed) == value, law, printed);
}

void check_duration(std::string_view text) {
    const auto duration = duration_from(text);
    if (!duration) return;
    must(*duration >= Duration{}, "no duration is below zero", text);
    must(duration_from(print_duration(*duration)) == duration, "a duration is printed as it is read", text);
}

void check_network(std::string_view text) {
    const auto prefix = ip_prefix_from(text);
    if (!prefix) return;
    must(prefix->length <= prefix->address.size() * 8, "a prefix is no longer than its address", text);
    const IpPrefix network{network_of(*prefix), prefix->length};
    must(network_of(network) == network.address, "a network's network is itself", text);
    must(network_of({broadcast_of(*prefix), prefix->length}) == network.address,
         "the broadcast address is in the network", text);
}

void check_order(std::string_view a, std::string_view b, std::string_view c) {
    must((compare_slots(a, b) < 0) == (compare_slots(b, a) > 0), "slots have an order both ways");
    must((compare_slots(a, b) == 0) == (a == b), "only one slot has a name");
    if (compare_slots(a, b) < 0 && compare_slots(b, c) < 0)
        must(compare_slots(a, c) < 0, "the order of slots goes on");
}

void run(std::string_view text) {
    check_duration(text);
    check_network(text);
    check_word(text, mac_from, "a MAC address is printed as it is read");
    check_word(text, ip_address_from, "an address is printed as it is read");
    check_word(text, ip_prefix_from, "a prefix is printed as it is read");
    check_word(text, pci_address_from, "a PCI address is printed as it is read");
    check_word(text, pci_path_from, "a PCI path is printed as it is read");
    check_word(text, port_name_from, "a port is printed as it is read");
    for (const PciAddress& at : chain_from(text))
        must(pci_address_from(to_string(at)) == at, "each step of a chain is an address", text);
    (void)is_relative_path(text);
    (void)model_from(text);
    (void)wrong_interface_name(text);
    (void)looks_like_range(text);
    const std::size_t third = text.size() / 3;
    check_order(text.substr(0, third), text.substr(third, third), text.substr(2 * third));
}

const Registered words{"words", run};

} // namespace
} // namespace had::test
