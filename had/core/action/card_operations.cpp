#include "had/core/action/card_operations.hpp"

#include "had/core/action/owned.hpp"

#include <fmt/format.h>
#include <utility>

namespace had::core {
namespace {

std::string print(const std::vector<PciAddress>& functions) {
    std::string out;
    for (const PciAddress& function : functions) out += " " + to_string(function);
    return out;
}

Job about_card(const SlotName& slot, const std::string& title, std::vector<std::string> arguments,
               const std::vector<PciAddress>& functions) {
    for (const PciAddress& function : functions) arguments.push_back(to_string(function));
    return {"slot " + slot, title + " of slot " + slot, std::move(arguments)};
}

} // namespace

std::string LoadModule::text() const {
    std::string out = "load module " + module;
    if (!options.empty()) out += " " + options;
    if (!slot.empty()) out += " for slot " + slot;
    return out;
}

Job LoadModule::job() const {
    Job job{slot.empty() ? "module " + module : "slot " + slot, "loading " + module, {"load-module", module}};
    if (!options.empty()) job.arguments.push_back(options);
    return job;
}

bool LoadModule::note(Owned& owned, const Observed&) const {
    return !slot.empty() && owned.modules.insert(module).second;
}

Job UnloadModule::job() const { return {"module " + module, "unloading " + module, {"unload-module", module}}; }

bool UnloadModule::forget(Owned& owned) const { return owned.modules.erase(module) > 0; }

std::string UnbindDrivers::text() const {
    return fmt::format("unbind the drivers of slot {}:{}", slot, print(functions));
}

Job UnbindDrivers::job() const { return about_card(slot, "unbinding the drivers", {"unbind"}, functions); }

std::string BindDrivers::text() const { return fmt::format("bind drivers in slot {}:{}", slot, print(functions)); }

Job BindDrivers::job() const { return about_card(slot, "binding the drivers", {"bind"}, functions); }

std::string PowerSlot::text() const {
    return fmt::format("switch slot {} {}{}{}", slot, on ? "on" : "off",
                       bound.empty() ? "" : ", its drivers first:", print(bound));
}

Job PowerSlot::job() const {
    const char* wanted = on ? "on" : "off";
    return about_card(slot, fmt::format("switching {} the power", wanted), {"power", kernel, wanted}, bound);
}

Job IdentifySlot::job() const {
    return {"LED of slot " + slot, "blinking the LED of slot " + slot, {"identify", kernel}};
}

Job RemoveCard::job() const {
    return about_card(slot, "removing the card", {"remove-card", kernel, led ? "lit" : "dark"}, functions);
}

Job RescanBus::job() const { return {"bus " + bus, "looking for cards on bus " + bus, {"rescan", bus}}; }

} // namespace had::core
