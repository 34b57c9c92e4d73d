new App(document.getElementById("app")).show();
