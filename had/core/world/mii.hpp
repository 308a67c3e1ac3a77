// The registers of an Ethernet transceiver, and what they say (IEEE 802.3, clause 22; linux/mii.h).
#pragma once

#include "had/core/world/probe.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace had::core {

// Numbers of the registers that are read.
enum MiiRegister : std::uint8_t {
    mii_control = 0, mii_status = 1, mii_id = 2, mii_id_low = 3, mii_advertised = 4, mii_partner = 5,
    mii_gigabit_control = 9, mii_gigabit_status = 10
};

struct MiiRegisters {
    std::uint8_t transceiver = 0;             // its address on the card's bus
    std::uint16_t control = 0, status = 0, advertised = 0, partner = 0;
    std::uint32_t id = 0;                     // maker, model and revision
    std::optional<std::uint16_t> gigabit_control, gigabit_status;   // where the status says that they exist

    friend bool operator==(const MiiRegisters&, const MiiRegisters&) = default;
};

// Whether there is a link, by two readings of the status.  The register latches a loss until it is read: so a first
// reading that says "link" is enough, and otherwise the second counts.  Neither all ones (an empty bus) nor all zeros
// (no transceiver) is an answer.
Reading reading_of(std::uint16_t status);
bool has_gigabit_registers(std::uint16_t status);

// In the standard's order: "autonegotiation", "100 full".
std::vector<std::string> control_words(std::uint16_t control);
std::vector<std::string> status_words(std::uint16_t status);
std::vector<std::string> ability_words(std::uint16_t ability);          // advertised, partner
std::vector<std::string> gigabit_control_words(std::uint16_t control);
std::vector<std::string> gigabit_status_words(std::uint16_t status);

} // namespace had::core
