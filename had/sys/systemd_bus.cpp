#include "had/sys/systemd_bus.hpp"

#include "had/sys/fd.hpp"
#include "had/sys/systemd_codec.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <poll.h>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace had::sys {

namespace {

using core::Duration;

constexpr Duration opened_again = std::chrono::seconds(1), answer_takes = std::chrono::seconds(10);
constexpr int messages_at_once = 64;          // then others have their turn
constexpr const char* manager_path = "/org/freedesktop/systemd1";

void check(int result, const char* what) {
    if (result < 0) throw std::system_error(-result, std::generic_category(), what);
}

// There is none, or it is none of ours.  Whatever else it is, such as a lack of descriptors, passes.
bool is_for_good(const std::error_code& error) {
    const int value = error.value();
    return value == ENOENT || value == EACCES || value == EPERM;
}

class SystemdBus final : public UnitManager {
public:
    SystemdBus(Loop& loop, std::string socket, std::string& trouble) : loop_(loop), socket_(std::move(socket)) {
        try {
            open();
        } catch (const std::system_error& e) {
            if (is_for_good(e.code())) throw;
            trouble = e.what();
            close();
            again_ = loop_.after(opened_again, [this] { reopen(); });
        }
    }

    void listen(Listener listener) override { listener_ = std::move(listener); }
    [[nodiscard]] bool is_up() const override { return bus_ != nullptr; }
    [[nodiscard]] Duration answers_within() const override { return answer_takes; }

    void start(const TransientUnit& unit, Answer answer) override {
        Message call = manager_call("StartTransientUnit");
        append(*call, unit);
        send(call, {std::move(answer), {}});
    }
    void start(const std::string& unit, Answer answer) override { job("StartUnit", unit, std::move(answer)); }
    void stop(const std::string& unit, Answer answer) override { job("StopUnit", unit, std::move(answer)); }
    void kill(const std::string& unit, Answer answer) override {
        Message call = manager_call("KillUnit");
        check(::sd_bus_message_append(call.get(), "ssi", unit.c_str(), "all", SIGKILL), "systemd: KillUnit");
        send(call, {std::move(answer), {}});
    }
    void look(const std::string& unit, Look look) override {
        Message call = new_call(path_of_unit(unit).c_str(), "org.freedesktop.DBus.Properties", "GetAll");
        check(::sd_bus_message_append(call.get(), "s", ""), "systemd: GetAll");
        send(call, {{}, std::move(look)});
    }

private:
    struct Call {
        Answer answer;
        Look look;
    };
    using Slots = std::map<std::uint64_t, std::pair<Slot, Call>>;
    struct Pending {                          // what a callback of the library finds itself by
        SystemdBus* bus;
        std::uint64_t number;
    };

    void open() {
        sd_bus* raw = nullptr;
        check(::sd_bus_new(&raw), "systemd: no connection");
        Bus bus(raw);
        check(::sd_bus_set_address(raw, ("unix:path=" + socket_).c_str()), socket_.c_str());
        check(::sd_bus_set_method_call_timeout(raw, static_cast<std::uint64_t>(
                  std::chrono::duration_cast<std::chrono::microseconds>(answer_takes).count())), "systemd");
        const auto match = [&](const char* interface, const char* member, sd_bus_message_handler_t handler) {
            check(::sd_bus_match_signal(raw, nullptr, nullptr, nullptr, interface, member, handler, this), "systemd");
        };
        match("org.freedesktop.DBus.Properties", "PropertiesChanged", hear_change);
        match("org.freedesktop.systemd1.Manager", "UnitRemoved", hear_removed);
        match("org.freedesktop.systemd1.Manager", "JobRemoved", hear_job);
        check(::sd_bus_start(raw), socket_.c_str());
        UniqueFd poll(::epoll_create1(EPOLL_CLOEXEC));
        epoll_event none{};
        if (!poll || ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, ::sd_bus_get_fd(raw), &none) != 0)
            throw std::system_error(errno, std::generic_category(), "epoll");
        watch_ = loop_.on_readable(poll.get(), [this] { drain(); });
        poll_ = std::move(poll);
        bus_ = std::move(bus);
        update();
    }

    // What the library waits for: to read always, to write while something is queued, and for a call's time.
    void update() {
        if (!bus_) return;
        const int events = std::max(::sd_bus_get_events(bus_.get()), 0);      // of one that is being closed: none
        epoll_event wanted{};
        wanted.events = (events & POLLIN ? EPOLLIN : 0U) | (events & POLLOUT ? EPOLLOUT : 0U);
        ::epoll_ctl(poll_.get(), EPOLL_CTL_MOD, ::sd_bus_get_fd(bus_.get()), &wanted);
        std::uint64_t at = UINT64_MAX;
        ::sd_bus_get_timeout(bus_.get(), &at);
        if (at == UINT64_MAX) return void(timeout_ = Timer());
        const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now().time_since_epoch());
        const Duration left = std::chrono::microseconds(at) - now;
        timeout_ = loop_.after(std::max(left, Duration(0)), [this] { drain(); });
    }

    // An exception cannot pass through the library: it is kept, and thrown behind it.
    void drain() {
        int result = 1;
        for (int i = 0; bus_ && result > 0 && i < messages_at_once; ++i) result = ::sd_bus_process(bus_.get(), nullptr);
        if (result < 0) lose(result);
        else if (result > 0) more_ = loop_.after(Duration(0), [this] { drain(); });
        update();
        if (auto error = std::exchange(error_, nullptr)) std::rethrow_exception(error);
    }

    void lose(int error) {
        close();
        again_ = loop_.after(opened_again, [this] { reopen(); });
        if (listener_.down) listener_.down(std::strerror(-error));
    }
    void close() {
        watch_ = Watch();
        timeout_ = Timer();
        more_ = Timer();
        slots_.clear();
        poll_.reset();
        bus_.reset();
    }
    void reopen() {
        again_ = loop_.after(opened_again, [this] { reopen(); });
        try {
            open();
        } catch (const std::system_error&) {
            return close();                   // it has been told that it is away
        }
        again_ = Timer();
        if (listener_.up) listener_.up();
    }

    Message new_call(const char* path, const char* interface, const char* member) {
        if (!bus_) throw std::system_error(ENOTCONN, std::generic_category(), "systemd");
        sd_bus_message* raw = nullptr;
        check(::sd_bus_message_new_method_call(bus_.get(), &raw, systemd_name, path, interface, member), member);
        return Message(raw);
    }
    Message manager_call(const char* member) {
        return new_call(manager_path, "org.freedesktop.systemd1.Manager", member);
    }
    void job(const char* member, const std::string& unit, Answer answer) {
        Message call = manager_call(member);
        check(::sd_bus_message_append(call.get(), "ss", unit.c_str(), "replace"), member);
        send(call, {std::move(answer), {}});
    }

    void send(const Message& message, Call call) {
        const std::uint64_t number = ++numbers_;
        auto& kept = slots_[number];
        kept.second = std::move(call);
        auto pending = std::make_unique<Pending>(Pending{this, number});
        sd_bus_slot* raw = nullptr;
        const int result = ::sd_bus_call_async(bus_.get(), &raw, message.get(), hear_answer, pending.get(), 0);
        if (result < 0) {
            slots_.erase(number);
            check(result, "systemd");
        }
        kept.first.reset(raw);
        ::sd_bus_slot_set_destroy_callback(raw, [](void* data) { delete static_cast<Pending*>(data); });
        (void)pending.release();
        update();
    }

    template <class F>
    static int guarded(SystemdBus& self, F action) {
        try {
            action();
        } catch (...) {
            if (!self.error_) self.error_ = std::current_exception();
        }
        return 0;
    }
    static int hear_answer(sd_bus_message* message, void* data, sd_bus_error*) {
        const auto& pending = *static_cast<Pending*>(data);
        SystemdBus& self = *pending.bus;
        return guarded(self, [&] {
            auto node = self.slots_.extract(pending.number);
            if (node.empty()) return;
            // One that is being closed fails all calls with words of the library's; `down` follows.
            if (!self.bus_ || ::sd_bus_is_open(self.bus_.get()) <= 0) return;
            const Call& call = node.mapped().second;
            const sd_bus_error* error = ::sd_bus_message_get_error(message);
            if (call.look && !error) call.look(unit_state(*message, Of::answer));
            if (call.answer) call.answer(error ? refusal(*error) : accepted(*message));
        });
    }
    static int hear_change(sd_bus_message* message, void* data, sd_bus_error*) {
        auto& self = *static_cast<SystemdBus*>(data);
        return guarded(self, [&] {
            const auto unit = unit_of_path(::sd_bus_message_get_path(message));
            if (unit && self.listener_.changed) self.listener_.changed(*unit, unit_state(*message, Of::change));
        });
    }
    static int hear_removed(sd_bus_message* message, void* data, sd_bus_error*) {
        auto& self = *static_cast<SystemdBus*>(data);
        return guarded(self, [&] {
            const char* unit = nullptr;
            if (::sd_bus_message_read(message, "s", &unit) > 0 && self.listener_.removed) self.listener_.removed(unit);
        });
    }
    static int hear_job(sd_bus_message* message, void* data, sd_bus_error*) {
        auto& self = *static_cast<SystemdBus*>(data);
        return guarded(self, [&] {
            std::uint32_t number = 0;
            const char *job = nullptr, *unit = nullptr, *result = nullptr;
            if (::sd_bus_message_read(message, "uoss", &number, &job, &unit, &result) > 0 && self.listener_.job_over)
                self.listener_.job_over(job, result);
        });
    }

    Loop& loop_;
    std::string socket_;
    Listener listener_;
    Bus bus_;
    Slots slots_;                             // of the calls that are under way
    UniqueFd poll_;                           // readable when the library has something to do
    Watch watch_;
    Timer timeout_, more_, again_;
    std::uint64_t numbers_ = 0;
    std::exception_ptr error_;
};

} // namespace

std::unique_ptr<UnitManager> connect_systemd(Loop& loop, const std::string& socket, std::string& trouble) try {
    // sd_booted(3)
    if (socket == systemd_socket && ::access("/run/systemd/system", F_OK) != 0) return nullptr;
    return std::make_unique<SystemdBus>(loop, socket, trouble);
} catch (const std::exception& e) {
    trouble = e.what();
    return nullptr;
}

} // namespace had::sys
