#include "had/sys/slot_control.hpp"

#include "had/sys/fd.hpp"
#include "had/sys/file.hpp"
#include "had/sys/hot_swap_register.hpp"
#include "had/sys/hotplug_thread.hpp"
#include "had/sys/priority.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string>
#include <thread>
#include <tuple>

namespace had::sys {

namespace {

namespace fs = std::filesystem;
using core::ActionResult;

ActionResult put(const fs::path& file, std::string_view text) {
    const int error = sys::write_once(file, text);
    if (error == 0) return {};
    return {error, fmt::format("{}: {}", file.string(), std::strerror(error))};
}

std::string read_line(const fs::path& file) { return first_line(file).value_or(""); }

ActionResult write_unless(const fs::path& file, std::string_view wanted) {
    if (read_line(file) == wanted) return {0, "it was so already"};
    return put(file, wanted);
}

fs::path slot_file(const fs::path& root, std::string_view slot, const char* file) {
    return root / "sys/bus/pci/slots" / slot / file;
}

bool is_gone(const ActionResult& result) { return result.error == ENOENT || result.error == ENODEV; }

// A card without such a register, or one that has gone, reports nothing that must be masked.
void mask_enum(const fs::path& config_file) {
    const UniqueFd fd(::open(config_file.c_str(), O_RDWR | O_CLOEXEC));
    ConfigSpace config{};
    if (!fd || ::pread(fd.get(), config.data(), config.size(), 0) != std::ssize(config)) return;
    const auto at = find_hot_swap_register(config);
    if (!at) return;
    const auto status = static_cast<std::uint8_t>(config[*at]);
    const unsigned cleared_by_one = hot_swap_inserted | hot_swap_extraction;
    const std::array masked{static_cast<char>((status & ~cleared_by_one) | hot_swap_enum_masked),
                            config[*at + 1]};
    std::ignore = ::pwrite(fd.get(), masked.data(), masked.size(), static_cast<off_t>(*at));
}

constexpr core::Duration thread_patience = std::chrono::seconds(1);       // it looks every 500 ms

} // namespace

// Of CompactPCI: written when its thread sleeps.  An answer that no card is there means that it is forgotten, too.
ActionResult SlotControl::forget(const fs::path& power) const {
    run_at_once();                            // the thread sleeps 500 ms, whoever else wants the processor
    HotplugThread(root_).await_sleep(thread_patience);
    const ActionResult result = put(power, "0");
    return is_gone(result) ? ActionResult{} : result;
}

ActionResult SlotControl::take_out(std::string_view function) const {
    const ActionResult result = put(root_ / "sys/bus/pci/devices" / function / "remove", "1");
    return is_gone(result) ? ActionResult{} : result;
}

bool SlotControl::is_compact_pci(std::string_view slot) const {
    std::error_code error;
    return fs::read_symlink(slot_file(root_, slot, "module"), error).filename() == "pci_hotplug";
}

ActionResult SlotControl::unbind(std::span<const char* const> functions) const {
    for (const char* function : functions) {
        const fs::path file = root_ / "sys/bus/pci/devices" / function / "driver/unbind";
        const ActionResult result = put(file, function);
        if (!result.ok() && !is_gone(result)) return result;
    }
    return {};
}

ActionResult SlotControl::bind(std::span<const char* const> functions) const {
    for (const char* function : functions) {
        const ActionResult result = put(root_ / "sys/bus/pci/drivers_probe", function);
        if (!result.ok() && result.error != ENODEV) return result;
    }
    return {};
}

ActionResult SlotControl::switch_on(std::string_view slot) const {
    return write_unless(slot_file(root_, slot, "power"), "1");
}

ActionResult SlotControl::switch_off(std::string_view slot, std::span<const char* const> bound) const {
    if (ActionResult result = unbind(bound); !result.ok()) return result;
    const fs::path file = slot_file(root_, slot, "power");
    if (is_compact_pci(slot)) {
        const std::string device = read_line(slot_file(root_, slot, "address"));
        if (read_line(slot_file(root_, slot, "latch")) == "1")
            mask_enum(root_ / "sys/bus/pci/devices" / (device + ".0") / "config");
        for (char function = '0'; function < '8'; ++function)
            if (ActionResult result = take_out(device + '.' + function); !result.ok()) return result;
        return forget(file);
    }
    return write_unless(file, "0");
}

ActionResult SlotControl::remove(std::string_view slot, bool lit,
                                 std::span<const char* const> functions) const {
    for (const char* function : functions)
        if (ActionResult result = take_out(function); !result.ok()) return result;
    const ActionResult result = forget(slot_file(root_, slot, "power"));
    return lit && result.ok() ? put(slot_file(root_, slot, "attention"), "1") : result;
}

ActionResult SlotControl::rescan(std::string_view bus) const {
    return put(root_ / "sys/class/pci_bus" / bus / "rescan", "1");
}

// 2 blinks on pciehp and shpchp; others know 0 and 1 only.
ActionResult SlotControl::blink(std::string_view slot, core::Duration time) const {
    const fs::path file = slot_file(root_, slot, "attention");
    const std::string before = read_line(file);
    const ActionResult result = put(file, "2");
    if (!result.ok()) return result;
    std::this_thread::sleep_for(time);
    return put(file, before.empty() ? "0" : std::string_view(before).substr(0, 1));
}

} // namespace had::sys
