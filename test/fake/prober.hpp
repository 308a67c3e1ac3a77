// The network beyond the ports, as monitors see it: a switch, hosts that answer, and ways that fail while their links
// stay.
#pragma once

#include "had/core/monitor/prober.hpp"
#include "test/fake/fake_kernel.hpp"
#include "test/fake/loop.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace had::test {

class FakeProber final : public core::Prober {
public:
    FakeProber(FakeLoop& loop, FakeKernel& kernel) : loop_(loop), kernel_(kernel) {}

    // Called behind the handlers that are ready, as answers come in.
    std::function<void(const core::Answer&)> heard;

    struct Way {
        bool sends = true, hears = true;
    };
    // Of a port; its link stays.
    void set_way(core::Ifindex port, Way way) { ways_[port] = way; }
    void set_silent(const core::IpAddress& target, bool silent);
    // So many frames that answer nothing come in at a port.
    void stray(core::Ifindex port, core::Transport transport, std::uint32_t count);
    // Whether other hosts' broadcasts reach the ports.
    void set_quiet(bool quiet) { quiet_ = quiet; }
    void write(const std::string& path, bool failed);
    // Whether a change of a file is heard.
    void set_hears_files(bool hears) { hears_files_ = hears; }
    void say_lldp(core::Ifindex port, const core::LldpWord& word, const core::Mac& from);
    // How a program ends from now on; one that nobody has told of cannot be run.
    void set_program(const std::string& path, core::Told told, const std::string& text) {
        programs_[path] = {told, text};
    }
    // Whether its directory is there.
    void set_room(const std::string& path, bool room) { no_room_[path] = !room; }
    [[nodiscard]] bool has_room(const std::string& path) const {
        const auto at = no_room_.find(path);
        return at == no_room_.end() || !at->second;
    }

    void listen(const std::vector<core::Ear>& ears) override { ears_ = ears; }
    int ask(const core::Question& question) override;
    std::optional<std::uint64_t> received(core::Ifindex port) override;
    bool hears_file(const std::string&) override { return hears_files_; }
    std::optional<bool> says_failed(const std::string& path) override;

private:
    [[nodiscard]] bool has_link(core::Ifindex port) const;
    [[nodiscard]] Way way(core::Ifindex port) const;
    void answer(const core::Answer& answer);
    void pass_on(const core::Question& question);
    void run(const core::Question& question);

    FakeLoop& loop_;
    FakeKernel& kernel_;
    std::vector<core::Ear> ears_;
    std::map<core::Ifindex, Way> ways_;
    std::set<core::IpAddress> silent_;
    std::map<core::Ifindex, std::uint64_t> received_;
    std::map<std::string, bool> files_, no_room_;
    std::map<std::string, std::pair<core::Told, std::string>> programs_;
    bool quiet_ = false, hears_files_ = true;
};

} // namespace had::test
