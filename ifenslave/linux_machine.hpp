// The real machine: rtnetlink, and the daemon's control socket.
#pragma once

#include "had/control/client.hpp"
#include "had/sys/rtnl.hpp"
#include "ifenslave/machine.hpp"

#include <optional>

namespace had::ifenslave {

class LinuxMachine final : public Machine {
public:
    LinuxMachine(); // throws std::system_error

    Snapshot observe() override;
    core::ActionResult apply(const core::Operation& operation) override;
    std::optional<core::ActionResult> had_activates(const std::string& master,
                                                    const std::string& slave) override;
    bool had_leaves_out(const std::string& slave) override { return tell_had("port.release", slave); }
    bool had_takes_back(const std::string& slave) override { return tell_had("port.enslave", slave); }
    std::optional<Claim> claim_of_had(const std::string& interface) override;

private:
    // Null: the daemon does not run, or does not answer.
    control::Client* had();
    bool tell_had(const std::string& verb, const std::string& slave);

    sys::Rtnl rtnl_;
    bool asked_ = false;
    std::optional<control::Client> had_;
    std::optional<std::string> status_;
};

// The claim on an interface in the daemon's answer to `status`.
std::optional<Claim> claim_in(const std::string& status, const std::string& interface);

} // namespace had::ifenslave
