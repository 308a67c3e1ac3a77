// What a card says: its transceiver's registers and its configuration space.
#include "had/core/world/mii.hpp"
#include "had/sys/hot_swap_register.hpp"
#include "test/fuzz/draw.hpp"
#include "test/fuzz/target.hpp"

#include <algorithm>

namespace had::test {
namespace {

using namespace core;

void check_words(const std::vector<std::string>& words) {
    must(words.size() <= 16, "a register has no more words than bits");
    for (const std::string& word : words) must(!word.empty(), "a word says something");
}

void check_mii(std::uint16_t word) {
    const Reading reading = reading_of(word);
    must(reading.error == 0 || !reading.link, "no answer is no link");
    must((word != 0 && word != 0xffff) || reading.error != 0, "an empty bus is no answer");
    (void)has_gigabit_registers(word);
    check_words(control_words(word));
    check_words(status_words(word));
    check_words(ability_words(word));
    check_words(gigabit_control_words(word));
    check_words(gigabit_status_words(word));
}

void check_hot_swap(std::string_view bytes) {
    constexpr std::uint8_t hot_swap = 6;      // linux/pci_regs.h PCI_CAP_ID_CHSWP
    sys::ConfigSpace config{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), config.size()), config.begin());
    const auto at = sys::find_hot_swap_register(config);
    if (!at) return;
    must(*at >= 2 && *at < config.size(), "the register is in the configuration space");
    must(static_cast<std::uint8_t>(config[*at - 2]) == hot_swap, "the register is of that capability");
}

void run(std::string_view input) {
    Draw draw(input);
    for (int i = 0; i < 4; ++i) check_mii(draw.number<std::uint16_t>());
    check_hot_swap(draw.rest());
}

const Registered registers{"registers", run};

} // namespace
} // namespace had::test
