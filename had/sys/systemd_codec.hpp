// Messages of org.freedesktop.systemd1(5) as values, and the other way.
#pragma once

#include "had/sys/unit_manager.hpp"

#include <memory>
#include <optional>
#include <string>
#include <systemd/sd-bus.h>

namespace had::sys {

inline constexpr const char* systemd_name = "org.freedesktop.systemd1";

template <auto Unref>
struct Unreferences {
    template <class T>
    void operator()(T* object) const { Unref(object); }
};
using Bus = std::unique_ptr<sd_bus, Unreferences<sd_bus_close_unref>>;
using Message = std::unique_ptr<sd_bus_message, Unreferences<sd_bus_message_unref>>;
using Slot = std::unique_ptr<sd_bus_slot, Unreferences<sd_bus_slot_unref>>;

// Its name, its properties and no other units, for StartTransientUnit.  Throws std::system_error.
void append(sd_bus_message& call, const TransientUnit& unit);
// What is known of it, from PropertiesChanged or from the answer to GetAll; what is of other types than expected is
// skipped.
enum class Of { change, answer };
UnitState unit_state(sd_bus_message& message, Of of);
UnitAnswer accepted(sd_bus_message& message);
UnitAnswer refusal(const sd_bus_error& error);
std::string path_of_unit(const std::string& unit);
// Nothing: it is no unit's.
std::optional<std::string> unit_of_path(const char* path);

} // namespace had::sys
