// Inside WeChat: hands the payment to WeChat's own cashier. What that answers proves nothing; the
// page asks the server and reads the answer there.
(() => {
  const button = document.getElementById("pay-bridge");
  const said = document.getElementById("pay-bridge-said");
  const open = () => {
    WeixinJSBridge.invoke("getBrandWCPayRequest", JSON.parse(button.dataset.bridge), (answer) => {
      const how = String(answer.err_msg).split(":").pop();
      if (how === "ok") {
        said.textContent = "正在确认付款结果…";
      } else if (how === "cancel") {
        said.textContent = "你取消了付款，还可以再点一次。";
      } else {
        said.textContent = "没有打开微信支付，请再点一次，或换个方式。";
      }
    });
  };
  button.addEventListener("click", () => {
    if (window.WeixinJSBridge) {
      open();
    } else {
      said.textContent = "微信还没有准备好，马上会自动打开…";
      document.addEventListener("WeixinJSBridgeReady", open, { once: true });
    }
  });
})();
